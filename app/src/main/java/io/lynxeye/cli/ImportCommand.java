package io.lynxeye.cli;

import io.lynxeye.importers.GraphInput;
import io.lynxeye.importers.ImportException;
import io.lynxeye.importers.ImportRequest;
import io.lynxeye.importers.ModelImporter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye import}: published weights into the model store. */
@Command(
    name = "import",
    description = "Puts a model into the store: one from the catalogue, or a SavedModel archive.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "A catalogue entry (resnet50, resnet50-official), or the new model's name.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE_OR_URL",
      description = "A .tar.gz, .tar or .zip with a SavedModel; leave out for a catalogue entry.")
  private Optional<String> source;

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "The archive's digest; anything else is refused.")
  private Optional<String> sha256;

  @Option(names = "--as", paramLabel = "MODEL", description = "The model's name in the store.")
  private Optional<String> as;

  @Option(
      names = "--model-version",
      paramLabel = "N",
      description = "The version's number. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int version;

  @Option(
      names = "--input",
      paramLabel = "pixels|jpeg",
      description =
          "pixels: the server decodes pictures; jpeg: the graph does, as the original model's did."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "pixels")
  private GraphInput input;

  @Option(
      names = "--keep-batch-norm",
      fallbackValue = "true",
      description = "Keeps batch normalisation as nodes of its own instead of folding it in.")
  private boolean keepBatchNorm;

  @Option(
      names = "--replace",
      fallbackValue = "true",
      description = "Replaces the version if it is there already.")
  private boolean replace;

  @Mixin private Places places;

  @Override
  public Integer call() throws Failure, InterruptedException {
    ImportRequest request =
        new ImportRequest(
            name, source, sha256, as.orElse(name), version, input, !keepBatchNorm, replace);
    Path folder = run(places, request);
    System.out.println(folder);
    System.err.printf(
        "a server that runs takes it up by itself: POST /predictions/%s%n", request.modelName());
    return Lynxeye.OK;
  }

  /** Imports with progress on the terminal; also what {@code serve} does with an empty store. */
  static Path run(Places places, ImportRequest request) throws Failure, InterruptedException {
    try {
      return new ModelImporter(places.store(), places.cache(), ConsoleProgress.standard())
          .run(request);
    } catch (ImportException e) {
      throw new Failure(e);
    }
  }
}
