package io.lynxeye.cli.options;

import io.lynxeye.security.Tokens;
import io.lynxeye.security.keys.ApiKeys;
import io.lynxeye.security.keys.KeyFile;
import io.lynxeye.security.keys.KeySource;
import io.lynxeye.security.keys.NamedKey;
import io.lynxeye.security.keys.SecretKey;
import io.lynxeye.serving.admission.KeyLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The sources of valid API keys, which add up: options of {@code serve}. Plain-text keys come from
 * the environment or a file, never from the command line, which every user of the machine can read.
 */
public final class KeyOptions {

  private static final List<String> NAMES =
      List.of(NamedKey.PRIMARY, NamedKey.SECONDARY, NamedKey.ADMIN);

  private final Map<String, String> environment;

  @Mixin private KeyFileOption option;

  @Option(
      names = "--primary-key-file",
      paramLabel = "FILE",
      description =
          "A file with one plain-text key, such as a mounted secret; or set the key itself in"
              + " LYNXEYE_PRIMARY_KEY.")
  private Optional<Path> primary;

  @Option(
      names = "--secondary-key-file",
      paramLabel = "FILE",
      description = "A second key, valid at the same time; or set LYNXEYE_SECONDARY_KEY.")
  private Optional<Path> secondary;

  @Option(
      names = "--admin-key-file",
      paramLabel = "FILE",
      description =
          "A file with an administrator's key, which may also manage models; or set the key itself"
              + " in LYNXEYE_ADMIN_KEY.")
  private Optional<Path> admin;

  @Option(
      names = "--key-limit",
      paramLabel = "NAME:LIMITS",
      split = ";",
      description =
          "What the key of this name (or 'token', for all tokens together) may use, such as"
              + " secondary:requests=10,images=50,concurrent=4: scoring requests and images per second,"
              + " and requests at once; repeatable. Beyond it, requests get status 429. Precedes the"
              + " limits in the file of --keys. Default: no limits.")
  private List<String> limits = List.of();

  public KeyOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The limits of the options, by name. */
  public Map<String, KeyLimits> limits() throws Failure {
    Map<String, KeyLimits> byName = new TreeMap<>();
    for (String text : limits) {
      String[] parts = text.strip().split(":", 2);
      try {
        byName.put(parts[0], NamedKey.limits(parts.length < 2 ? "" : parts[1]));
      } catch (IllegalArgumentException e) {
        throw Failure.misuse("--key-limit " + text + ": " + e.getMessage());
      }
    }
    return byName;
  }

  /** Reads the keys of all sources; empty = no source is configured. */
  public Optional<ApiKeys> read() throws Failure {
    List<KeySource> sources = new ArrayList<>();
    KeyFile file = option.file();
    if (option.isNamed() || file.exists()) {
      sources.add(file);
    }
    Map<String, Optional<Path>> files =
        Map.of(NamedKey.PRIMARY, primary, NamedKey.SECONDARY, secondary, NamedKey.ADMIN, admin);
    for (String name : NAMES) {
      files.get(name).map(secret -> SecretKey.in(name, secret)).ifPresent(sources::add);
      String variable = "LYNXEYE_" + name.toUpperCase(Locale.ROOT) + "_KEY";
      String key = environment.getOrDefault(variable, "");
      if (!key.isBlank()) {
        sources.add(SecretKey.of(name, variable, key));
      }
    }
    try {
      Map<String, KeyLimits> byName = limits();
      Optional<ApiKeys> keys =
          sources.isEmpty() ? Optional.empty() : Optional.of(new ApiKeys(sources, byName));
      List<String> names = new ArrayList<>(keys.isPresent() ? keys.get().names() : List.of());
      names.add(Tokens.NAME);
      for (String name : byName.keySet()) {
        if (!names.contains(name)) {
          throw Failure.misuse(
              "--key-limit: there is no key '%s', only: %s"
                  .formatted(name, String.join(", ", names)));
        }
      }
      return keys;
    } catch (IOException e) {
      throw Failure.misuse(e.getMessage());
    }
  }
}
