package io.lynxeye.cli;

import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye models remove}: a model out of the store, and so out of service. */
@Command(
    name = "remove",
    description = "Moves a model, or one version of it, out of the store, to .removed below it.",
    mixinStandardHelpOptions = true)
final class ModelsRemoveCommand implements Callable<Integer> {

  @Parameters(paramLabel = "NAME", description = "The model.")
  private String name;

  @Option(names = "--model-version", paramLabel = "N", description = "Only this version.")
  private Integer version;

  @Mixin private ModelsTarget target;

  @Override
  public Integer call() throws Failure, InterruptedException {
    OptionalInt number = version == null ? OptionalInt.empty() : OptionalInt.of(version);
    System.out.println(target.shelf().remove(name, number));
    return Lynxeye.OK;
  }
}
