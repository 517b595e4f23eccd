package io.lynxeye.cli;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye models describe}: all that is known of a model. */
@Command(
    name = "describe",
    description = "Tells all that is known of a model's versions.",
    mixinStandardHelpOptions = true)
final class ModelsDescribeCommand implements Callable<Integer> {

  @Parameters(paramLabel = "NAME", description = "The model.")
  private String name;

  @Option(
      names = "--json",
      fallbackValue = "true",
      description = "Prints a JSON array, for scripts.")
  private boolean json;

  @Mixin private ModelsTarget target;

  @Override
  public Integer call() throws Failure, InterruptedException {
    List<JsonObject> versions = target.shelf().describe(name);
    System.out.print(json ? ModelsTable.json(versions) : ModelsTable.details(versions));
    return Lynxeye.OK;
  }
}
