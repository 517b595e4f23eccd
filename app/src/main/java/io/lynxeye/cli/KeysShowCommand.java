package io.lynxeye.cli;

import io.lynxeye.security.KeyFile;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code lynxeye keys show}: what the keys can be told apart by; nobody has the keys themselves.
 */
@Command(
    name = "show",
    description =
        "Shows the beginning of each key's hash; the server logs the same when they change.",
    mixinStandardHelpOptions = true)
final class KeysShowCommand implements Callable<Integer> {

  @Mixin private KeyPlace place;

  @Override
  public Integer call() throws Failure {
    KeyFile file = place.file();
    try {
      file.slots()
          .forEach(
              (slot, hash) ->
                  System.out.printf("%-10s sha256:%s...%n", slot.word(), hash.fingerprint()));
    } catch (IOException e) {
      throw new Failure(e);
    }
    return Lynxeye.OK;
  }
}
