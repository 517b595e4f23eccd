package io.lynxeye.cli;

import io.lynxeye.security.KeyFile;
import io.lynxeye.security.KeyHash;
import io.lynxeye.security.KeySlot;
import io.lynxeye.security.NewKey;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code lynxeye keys regenerate}: a new key in the place of one; the other goes on being valid.
 */
@Command(
    name = "regenerate",
    description = "Replaces one key and shows the new one, this once. Servers follow in a second.",
    mixinStandardHelpOptions = true)
final class KeysRegenerateCommand implements Callable<Integer> {

  @Parameters(paramLabel = "primary|secondary", description = "The key that will be valid no more.")
  private KeySlot slot;

  @Mixin private KeyPlace place;

  @Override
  public Integer call() throws Failure {
    KeyFile file = place.file();
    if (!file.exists()) {
      throw new Failure(file.path() + " is not there; make it with lynxeye keys generate");
    }
    String key = NewKey.make();
    try {
      Map<KeySlot, KeyHash> slots = file.slots();
      slots.put(slot, KeyHash.of(key));
      file.write(slots);
    } catch (IOException e) {
      throw new Failure(e);
    }
    System.out.printf("%-10s %s%n", slot.word(), key);
    System.err.println("shown this once; its hash is in " + file.path());
    return Lynxeye.OK;
  }
}
