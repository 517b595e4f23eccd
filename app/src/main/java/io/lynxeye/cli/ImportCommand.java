package io.lynxeye.cli;

import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.importers.GraphInput;
import io.lynxeye.importers.ImportRequest;
import io.lynxeye.importers.download.ImportException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye import}: published weights into the model store. */
@Command(
    name = "import",
    description =
        "Imports a model into the store: a catalogue entry, or an archive or a folder with a"
            + " model.",
    mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description =
          "A catalogue entry (resnet50, resnet50-official), or the name of the new model.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE_OR_URL",
      description =
          "A .tar.gz, .tar or .zip with a model, or its folder; omit it for a catalogue entry.")
  private Optional<String> source;

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "The SHA-256 digest that the archive must have.")
  private Optional<String> sha256;

  @Option(
      names = "--as",
      paramLabel = "MODEL",
      description = "The name of the model in the store. Default: NAME.")
  private Optional<String> as;

  @Option(
      names = "--model-version",
      paramLabel = "N",
      description = "The version number. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private String version;

  @Option(
      names = "--input",
      paramLabel = "pixels|jpeg",
      description =
          "pixels: the server decodes images; jpeg: the graph does, as in the original model."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "pixels")
  private GraphInput input;

  @Option(
      names = "--keep-batch-norm",
      fallbackValue = "true",
      description =
          "Keeps batch normalisation as separate nodes instead of folding it into the"
              + " convolutions.")
  private boolean keepBatchNorm;

  @Option(
      names = "--replace",
      fallbackValue = "true",
      description = "Replaces the version if it exists.")
  private boolean replace;

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws ImportException, InterruptedException {
    ImportRequest request =
        new ImportRequest(
            name,
            source,
            sha256,
            as.orElse(name),
            version,
            input,
            !keepBatchNorm,
            replace,
            Map.of());
    System.out.println(store.importModel(request));
    System.err.printf(
        "a running server loads it automatically: POST /predictions/%s%n", request.modelName());
    return ExitCode.OK;
  }
}
