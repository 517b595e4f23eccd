package io.lynxeye.cli;

import io.lynxeye.cli.doctor.DoctorCommand;
import io.lynxeye.cli.models.ModelsCommand;
import io.lynxeye.cli.models.RolloutCommand;
import io.lynxeye.cli.models.ServerOptions;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.KeyFileOption;
import io.lynxeye.cli.options.KeyOptions;
import io.lynxeye.cli.score.BaselineCommand;
import io.lynxeye.cli.score.ScoreCommand;
import io.lynxeye.cli.serve.ServeCommand;
import io.lynxeye.cli.serve.TuningCommand;
import io.lynxeye.config.ConfigException;
import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command {@code lynxeye}. Every option {@code --some-name} can also be set as environment
 * variable {@code LYNXEYE_SOME_NAME}; the option takes precedence. A flag is {@code true} or {@code
 * false} there, and is declared with a fallback value: without one, picocli lets the same flag on
 * the command line mean the opposite of the variable.
 */
@Command(
    name = "lynxeye",
    description = "Scores images: raw JPEG in, labelled probabilities out.",
    mixinStandardHelpOptions = true,
    versionProvider = Lynxeye.Version.class,
    footer = {
      "",
      "Before or after any command, for models of engines other than TensorFlow:",
      "  --with-onnxruntime   Adds ONNX Runtime (downloads 43 MB once).",
      "  --with-pytorch       Adds PyTorch (downloads 115 MB once).",
      "  --with-cuda          Adds CUDA and cuDNN, for an NVIDIA GPU with only a",
      "                       driver (downloads 2.5 GB once, with TensorFlow).",
      "or LYNXEYE_WITH=\"onnxruntime pytorch cuda\" in the environment.",
      "",
      "./lynxeye bench compares the speed of the engine, the decoder and the server."
    },
    subcommands = {
      ServeCommand.class,
      ScoreCommand.class,
      ImportCommand.class,
      ModelsCommand.class,
      RolloutCommand.class,
      BaselineCommand.class,
      QuantizeCommand.class,
      KeysCommand.class,
      DoctorCommand.class,
      NativesCommand.class,
      TuningCommand.class
    })
public final class Lynxeye {

  /** Runs a command line and returns the process's exit code. */
  public static int run(String... args) {
    return run(System.getenv(), args);
  }

  public static int run(Map<String, String> environment, String... args) {
    CommandLine line = commandLine(environment);
    line.setDefaultValueProvider(argument -> fromEnvironment(environment, argument));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          boolean isExpected =
              failure instanceof Failure
                  || failure instanceof ImportException
                  || failure instanceof ConfigException
                  || failure instanceof IOException
                  || failure instanceof UncheckedIOException;
          if (!isExpected) {
            throw failure;
          }
          command.getErr().println("lynxeye: " + failure.getMessage());
          return failure instanceof Failure known ? known.exitCode() : ExitCode.SOFTWARE;
        });
    try {
      return line.execute(args);
    } catch (Error e) { // picocli handles exceptions only.
      line.getErr().println("lynxeye: " + FatalError.explain(e));
      return ExitCode.SOFTWARE;
    }
  }

  public static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new Lynxeye(), new Parts(environment));
  }

  private static String fromEnvironment(Map<String, String> environment, ArgSpec argument) {
    if (argument instanceof OptionSpec option
        && option.longestName().startsWith("--")
        && !option.usageHelp()
        && !option.versionHelp()) { // LYNXEYE_VERSION is more likely a version than a flag.
      String name = option.longestName().substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
      String value = environment.get("LYNXEYE_" + name);
      // Compose files set unset variables to "". Kubernetes sets LYNXEYE_PORT=tcp://... in every
      // pod of a namespace with a service called lynxeye.
      boolean isMeant = value != null && !value.isBlank() && !value.startsWith("tcp://");
      return isMeant ? value : null;
    }
    return null;
  }

  /**
   * Creates commands and groups of options.
   *
   * @param environment for those that read secrets, which do not belong on a command line
   */
  private record Parts(Map<String, String> environment) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (type == KeyFileOption.class) {
        return type.cast(new KeyFileOption(environment));
      }
      if (type == KeyOptions.class) {
        return type.cast(new KeyOptions(environment));
      }
      if (type == ServerOptions.class) {
        return type.cast(new ServerOptions(environment));
      }
      return CommandLine.defaultFactory().create(type);
    }
  }

  /** The version in the manifest of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Lynxeye.class.getPackage().getImplementationVersion();
      return new String[] {"lynxeye " + (version == null ? "development" : version)};
    }
  }
}
