package io.lynxeye.cli.models;

import com.google.gson.JsonObject;
import io.lynxeye.cli.options.VersionConverter;
import io.lynxeye.serving.model.VersionNumber;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye models}: the models of a store, or of a running server, and changes to them. */
@Command(
    name = "models",
    description = "Shows and changes the models of a store or of a running server.",
    mixinStandardHelpOptions = true)
public final class ModelsCommand {

  @Command(
      name = "list",
      description = "Lists all versions of all models; with --server, also their states.",
      mixinStandardHelpOptions = true)
  void list(@Mixin CatalogueOptions options, @Mixin JsonOption output) throws Exception {
    List<JsonObject> versions = options.catalogue().list();
    System.out.print(output.json ? ModelsTable.json(versions) : ModelsTable.list(versions));
  }

  @Command(
      name = "describe",
      description = "Shows everything known about the versions of a model.",
      mixinStandardHelpOptions = true)
  void describe(
      @Parameters(paramLabel = "NAME", description = "The model.") String model,
      @Mixin CatalogueOptions options,
      @Mixin JsonOption output)
      throws Exception {
    List<JsonObject> versions = options.catalogue().describe(model);
    System.out.print(output.json ? ModelsTable.json(versions) : ModelsTable.details(versions));
  }

  @Command(
      name = "add",
      description =
          "Adds a version to the store; with --server, returns when the server has loaded it.",
      mixinStandardHelpOptions = true)
  void add(
      @Parameters(
              paramLabel = "NAME",
              description =
                  "A catalogue entry (resnet50, resnet50-official), or the name of the new model.")
          String model,
      @Parameters(
              arity = "0..1",
              paramLabel = "FILE_OR_URL",
              description = "An archive with a model; omit it for a catalogue entry.")
          Optional<String> source,
      @Option(
              names = "--model-version",
              paramLabel = "N",
              converter = VersionConverter.class,
              description =
                  "The version number. Without it the model must be new, and gets version 1.")
          Optional<VersionNumber> version,
      @Option(
              names = "--sha256",
              paramLabel = "HEX",
              description = "The SHA-256 digest that the archive must have.")
          Optional<String> sha256,
      @Mixin CatalogueOptions options)
      throws Exception {
    System.out.println(options.catalogue().add(model, source, version, sha256));
  }

  @Command(
      name = "remove",
      description =
          "Removes a model, or one version of it, from the store: moves it to .removed in the"
              + " store.",
      mixinStandardHelpOptions = true)
  void remove(
      @Parameters(paramLabel = "NAME", description = "The model.") String model,
      @Option(
              names = "--model-version",
              paramLabel = "N",
              converter = VersionConverter.class,
              description = "Only this version.")
          Optional<VersionNumber> version,
      @Mixin CatalogueOptions options)
      throws Exception {
    System.out.println(options.catalogue().remove(model, version));
  }

  /** The choice between a table and JSON. */
  static final class JsonOption {
    @Option(
        names = "--json",
        fallbackValue = "true",
        description = "Prints a JSON array, for scripts.")
    private boolean json;
  }
}
