package io.lynxeye.cli;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.KeyFileOption;
import io.lynxeye.security.keys.KeyFile;
import io.lynxeye.security.keys.KeyHash;
import io.lynxeye.security.keys.KeySlot;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lynxeye keys}: creates keys, replaces them one at a time, shows which exist. */
@Command(
    name = "keys",
    description = "Creates the two keys that clients may use, and replaces them one at a time.",
    mixinStandardHelpOptions = true)
public final class KeysCommand {

  @Command(
      name = "generate",
      description = "Creates both keys and prints them once: only their hashes are stored.",
      mixinStandardHelpOptions = true)
  void generate(@Mixin KeyFileOption option) throws Failure, IOException {
    KeyFile file = option.file();
    if (file.exists()) {
      throw new Failure(
          file.path()
              + " already exists; replace its keys one at a time with lynxeye keys regenerate"
              + " primary|secondary, or remove it first");
    }
    Map<KeySlot, KeyHash> hashes = new EnumMap<>(KeySlot.class);
    Map<KeySlot, String> keys = new EnumMap<>(KeySlot.class);
    for (KeySlot slot : KeySlot.values()) {
      String key = KeyHash.generateKey();
      keys.put(slot, key);
      hashes.put(slot, KeyHash.of(key));
    }
    file.write(hashes);
    keys.forEach(KeysCommand::print);
    System.err.println("shown only once; the hashes are in " + file.path());
  }

  @Command(
      name = "regenerate",
      description =
          "Replaces one key and prints the new one once; the other key stays valid. Running servers"
              + " accept the new key within a second.",
      mixinStandardHelpOptions = true)
  void regenerate(
      @Parameters(paramLabel = "primary|secondary", description = "The key to replace.")
          KeySlot slot,
      @Mixin KeyFileOption option)
      throws Failure, IOException {
    KeyFile file = option.file();
    if (!file.exists()) {
      throw new Failure(file.path() + " does not exist; create it with lynxeye keys generate");
    }
    String key = KeyHash.generateKey();
    Map<KeySlot, KeyHash> hashes = file.slots();
    hashes.put(slot, KeyHash.of(key));
    file.write(hashes);
    print(slot, key);
    System.err.println("shown only once; the hash is in " + file.path());
  }

  @Command(
      name = "show",
      description =
          "Shows the beginning of each key's hash, which servers log when the keys change.",
      mixinStandardHelpOptions = true)
  void show(@Mixin KeyFileOption option) throws IOException {
    option
        .file()
        .slots()
        .forEach((slot, hash) -> print(slot, "sha256:" + hash.fingerprint() + "..."));
  }

  private static void print(KeySlot slot, String text) {
    System.out.printf("%-10s %s%n", slot.word(), text);
  }
}
