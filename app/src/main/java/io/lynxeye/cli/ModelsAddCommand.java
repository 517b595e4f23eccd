package io.lynxeye.cli;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye models add}: a version into the store; with a server also into service. */
@Command(
    name = "add",
    description = "Brings a version into the store; with --server, done when it serves.",
    mixinStandardHelpOptions = true)
final class ModelsAddCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "A catalogue entry (resnet50, resnet50-official), or the new model's name.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE_OR_URL",
      description = "An archive with a model; leave out for a catalogue entry.")
  private Optional<String> source;

  @Option(
      names = "--model-version",
      paramLabel = "N",
      description = "The version's number. Without it the model must be new, and gets version 1.")
  private Integer version;

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "The archive's digest; anything else is refused.")
  private Optional<String> sha256;

  @Mixin private ModelsTarget target;

  @Override
  public Integer call() throws Failure, InterruptedException {
    OptionalInt number = version == null ? OptionalInt.empty() : OptionalInt.of(version);
    System.out.println(target.shelf().add(name, source, number, sha256));
    return Lynxeye.OK;
  }
}
