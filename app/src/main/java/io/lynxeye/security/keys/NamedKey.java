package io.lynxeye.security.keys;

import io.lynxeye.security.Caller;
import io.lynxeye.security.Role;
import io.lynxeye.serving.admission.KeyLimits;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A valid key.
 *
 * @param name names the key in files, commands, logs and metrics: {@code primary}, {@code
 *     secondary}, {@code admin} or one that the operator has chosen
 * @param hash of the key itself
 * @param role what its holder may do
 * @param limits what its holder may use
 */
public record NamedKey(String name, KeyHash hash, Role role, KeyLimits limits) {

  /** The two keys of callers: one can be replaced while the other is in use. */
  public static final String PRIMARY = "primary";

  public static final String SECONDARY = "secondary";

  /** The administrator's key. */
  public static final String ADMIN = "admin";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

  /** A key without limits, with the usual role of its name. */
  public NamedKey(String name, KeyHash hash) {
    this(name, hash, usualRole(name), KeyLimits.NONE);
  }

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException when it is not a name
   */
  public NamedKey {
    if (!isName(name)) {
      throw new IllegalArgumentException(name);
    }
  }

  /** Whether a key can have this name. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** The role of a key with this name, unless its configuration says otherwise. */
  public static Role usualRole(String name) {
    return name.equals(ADMIN) ? Role.ADMIN : Role.SCORE;
  }

  /** Returns the same key with another value. */
  public NamedKey with(KeyHash other) {
    return new NamedKey(name, other, role, limits);
  }

  /** Returns the same key with other limits. */
  NamedKey with(KeyLimits other) {
    return new NamedKey(name, hash, role, other);
  }

  /** Its role and limits, for people. */
  public String attributes() {
    String text = KeyAttributes.text(this);
    return role == Role.SCORE ? (role.word() + " " + text).strip() : text;
  }

  /**
   * Reads limits such as {@code requests=10,images=50,concurrent=4}.
   *
   * @throws IllegalArgumentException with what is allowed, when they are not limits
   */
  public static KeyLimits limits(String text) {
    KeyAttributes attributes = KeyAttributes.parse(List.of(text.split(",")));
    if (attributes.role().isPresent()) {
      throw new IllegalArgumentException("a role is not a limit; set it in the file of --keys");
    }
    return attributes.limits();
  }

  Caller caller() {
    return new Caller(name, role, limits);
  }

  /** For logs: enough to tell keys apart. */
  String shown() {
    return name + " " + hash.fingerprint();
  }
}
