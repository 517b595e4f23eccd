package io.lynxeye.cli;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command {@code lynxeye}. Every option {@code --some-name} can also be given as environment
 * variable {@code LYNXEYE_SOME_NAME}; the option wins. A flag there is {@code true} or {@code
 * false}, and is declared with a fallback value: without one picocli lets the same flag on the
 * command line mean the opposite of the variable.
 */
@Command(
    name = "lynxeye",
    description = "Scores pictures: raw JPEG in, labelled probabilities out.",
    mixinStandardHelpOptions = true,
    versionProvider = Lynxeye.Version.class,
    footer = {
      "",
      "Before or after any command, for models of other engines than TensorFlow:",
      "  --with-onnxruntime   Brings ONNX Runtime along (fetches 43 MB once).",
      "  --with-pytorch       Brings PyTorch along (fetches 115 MB once).",
      "  --with-cuda          For an NVIDIA GPU where only the driver is installed: brings CUDA and",
      "                       cuDNN along (fetches 2 GB once).",
      "or LYNXEYE_WITH=\"onnxruntime pytorch cuda\" in the environment.",
      "",
      "./lynxeye bench measures the engine, the decoder and the server side by side."
    },
    subcommands = {
      ServeCommand.class,
      ScoreCommand.class,
      ImportCommand.class,
      ModelsCommand.class,
      KeysCommand.class,
      DoctorCommand.class,
      NativesCommand.class,
      TuningCommand.class
    })
public final class Lynxeye implements Callable<Integer> {

  /** Everything worked. */
  static final int OK = 0;

  /** Something did not; told on standard error. */
  static final int FAILED = 1;

  /** The command line itself was wrong. */
  static final int USAGE = 2;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs a command line and returns the process's exit code. */
  public static int run(String... args) {
    return run(System.getenv(), args);
  }

  static int run(Map<String, String> environment, String... args) {
    CommandLine line = commandLine(environment);
    line.setDefaultValueProvider(argument -> fromEnvironment(environment, argument));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          if (failure instanceof Failure told) {
            command.getErr().println("lynxeye: " + told.getMessage());
            return told.exitCode();
          }
          throw failure;
        });
    return line.execute(args);
  }

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new Lynxeye(), new Parts(environment));
  }

  private static String fromEnvironment(Map<String, String> environment, ArgSpec argument) {
    if (argument instanceof OptionSpec option
        && option.longestName().startsWith("--")
        && !option.usageHelp()
        && !option.versionHelp()) { // LYNXEYE_VERSION is more likely a version than a flag.
      String name = option.longestName().substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
      String value = environment.get("LYNXEYE_" + name);
      // Compose files set what is unset to "". Kubernetes sets LYNXEYE_PORT=tcp://... in every pod
      // beside a service called lynxeye.
      boolean isMeant = value != null && !value.isBlank() && !value.startsWith("tcp://");
      return isMeant ? value : null;
    }
    return null;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return USAGE;
  }

  /**
   * Makes commands and groups of options.
   *
   * @param environment for those that want it: what must not be seen on a command line
   */
  private record Parts(Map<String, String> environment) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (type == KeyPlace.class) {
        return type.cast(new KeyPlace(environment));
      }
      if (type == KeyOptions.class) {
        return type.cast(new KeyOptions(environment));
      }
      if (type == ModelsTarget.class) {
        return type.cast(new ModelsTarget(environment));
      }
      return CommandLine.defaultFactory().create(type);
    }
  }

  /** The version from the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Lynxeye.class.getPackage().getImplementationVersion();
      return new String[] {"lynxeye " + (version == null ? "development" : version)};
    }
  }
}
