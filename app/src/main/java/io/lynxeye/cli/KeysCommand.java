package io.lynxeye.cli;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.KeyFileOption;
import io.lynxeye.security.keys.KeyFile;
import io.lynxeye.security.keys.KeyHash;
import io.lynxeye.security.keys.NamedKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye keys}: creates keys, replaces them one at a time, shows which exist. */
@Command(
    name = "keys",
    description =
        "Creates the keys that clients and administrators use, and replaces them one at a time.",
    mixinStandardHelpOptions = true)
public final class KeysCommand {

  private static final List<String> CALLERS = List.of(NamedKey.PRIMARY, NamedKey.SECONDARY);

  @Command(
      name = "generate",
      description =
          "Creates the two keys of clients and prints them once: only their hashes are stored.",
      mixinStandardHelpOptions = true)
  void generate(
      @Option(
              names = "--admin",
              description =
                  "Creates the administrator's key, which may also manage models; with the two keys"
                      + " of clients if they do not exist.")
          boolean admin,
      @Mixin KeyFileOption option)
      throws Failure, IOException {
    KeyFile file = option.file();
    Map<String, NamedKey> keys = file.exists() ? file.keys() : new TreeMap<>();
    List<String> missing = new ArrayList<>(CALLERS);
    if (admin) {
      missing.add(NamedKey.ADMIN);
    }
    missing.removeAll(keys.keySet());
    if (missing.isEmpty()) {
      throw new Failure(
          "%s already exists; replace its keys one at a time with lynxeye keys regenerate %s, or remove it first"
              .formatted(file.path(), admin ? NamedKey.ADMIN : String.join("|", CALLERS)));
    }
    Map<String, String> secrets = new LinkedHashMap<>();
    for (String name : missing) {
      String key = KeyHash.generateKey();
      secrets.put(name, key);
      keys.put(name, new NamedKey(name, KeyHash.of(key)));
    }
    file.write(keys.values());
    secrets.forEach(KeysCommand::print);
    System.err.println("shown only once; the hashes are in " + file.path());
  }

  @Command(
      name = "regenerate",
      description =
          "Replaces one key and prints the new one once; the other keys stay valid. Running servers"
              + " accept the new key within a second.",
      mixinStandardHelpOptions = true)
  void regenerate(
      @Parameters(paramLabel = "primary|secondary|admin", description = "The key to replace.")
          String name,
      @Mixin KeyFileOption option)
      throws Failure, IOException {
    KeyFile file = option.file();
    if (!file.exists()) {
      throw new Failure(file.path() + " does not exist; create it with lynxeye keys generate");
    }
    Map<String, NamedKey> keys = file.keys();
    if (!keys.containsKey(name)) {
      throw Failure.misuse(
          "%s has no key '%s', only: %s%s"
              .formatted(
                  file.path(),
                  name,
                  String.join(", ", keys.keySet()),
                  name.equals(NamedKey.ADMIN)
                      ? "; create it with lynxeye keys generate --admin"
                      : ""));
    }
    String key = KeyHash.generateKey();
    keys.computeIfPresent(name, (same, old) -> old.with(KeyHash.of(key)));
    file.write(keys.values());
    print(name, key);
    System.err.println("shown only once; the hash is in " + file.path());
  }

  @Command(
      name = "show",
      description =
          "Shows the beginning of each key's hash, which servers log when the keys change, and what"
              + " each key may do and use.",
      mixinStandardHelpOptions = true)
  void show(@Mixin KeyFileOption option) throws IOException {
    option
        .file()
        .keys()
        .forEach(
            (name, key) ->
                print(name, "sha256:" + key.hash().fingerprint() + "...  " + key.attributes()));
  }

  private static void print(String name, String text) {
    System.out.printf("%-10s %s%n", name, text);
  }
}
