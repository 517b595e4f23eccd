package io.lynxeye.cli;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye models list}: a line per version. */
@Command(
    name = "list",
    description = "Lists the versions there are, and with --server which of them serve.",
    mixinStandardHelpOptions = true)
final class ModelsListCommand implements Callable<Integer> {

  @Option(
      names = "--json",
      fallbackValue = "true",
      description = "Prints a JSON array, for scripts.")
  private boolean json;

  @Mixin private ModelsTarget target;

  @Override
  public Integer call() throws Failure, InterruptedException {
    List<JsonObject> versions = target.shelf().list();
    System.out.print(json ? ModelsTable.json(versions) : ModelsTable.list(versions));
    return Lynxeye.OK;
  }
}
