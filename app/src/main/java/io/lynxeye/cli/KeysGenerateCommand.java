package io.lynxeye.cli;

import io.lynxeye.security.KeyFile;
import io.lynxeye.security.KeyHash;
import io.lynxeye.security.KeySlot;
import io.lynxeye.security.NewKey;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lynxeye keys generate}: both keys, shown this once. */
@Command(
    name = "generate",
    description = "Makes both keys and shows them, this once: only their hashes are kept.",
    mixinStandardHelpOptions = true)
final class KeysGenerateCommand implements Callable<Integer> {

  @Mixin private KeyPlace place;

  @Override
  public Integer call() throws Failure {
    KeyFile file = place.file();
    if (file.exists()) {
      throw new Failure(
          file.path()
              + " is there already; replace its keys one at a time with lynxeye keys regenerate"
              + " primary|secondary, or remove it first");
    }
    Map<KeySlot, KeyHash> hashes = new EnumMap<>(KeySlot.class);
    Map<KeySlot, String> keys = new EnumMap<>(KeySlot.class);
    for (KeySlot slot : KeySlot.values()) {
      String key = NewKey.make();
      keys.put(slot, key);
      hashes.put(slot, KeyHash.of(key));
    }
    try {
      file.write(hashes);
    } catch (IOException e) {
      throw new Failure(e);
    }
    keys.forEach((slot, key) -> System.out.printf("%-10s %s%n", slot.word(), key));
    System.err.println("shown this once; their hashes are in " + file.path());
    return Lynxeye.OK;
  }
}
