package io.lynxeye.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command {@code lynxeye}. Every option {@code --some-name} can also be given as environment
 * variable {@code LYNXEYE_SOME_NAME}; the option wins.
 */
@Command(
    name = "lynxeye",
    description = "Scores pictures: raw JPEG in, labelled probabilities out.",
    mixinStandardHelpOptions = true,
    versionProvider = Lynxeye.Version.class,
    subcommands = {
      ServeCommand.class,
      ScoreCommand.class,
      ImportCommand.class,
      DoctorCommand.class
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
    CommandLine line = new CommandLine(new Lynxeye());
    line.setDefaultValueProvider(Lynxeye::fromEnvironment);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          if (failure instanceof Failure) {
            command.getErr().println("lynxeye: " + failure.getMessage());
            return FAILED;
          }
          throw failure;
        });
    return line.execute(args);
  }

  private static String fromEnvironment(ArgSpec argument) {
    if (argument instanceof OptionSpec option && option.longestName().startsWith("--")) {
      String name = option.longestName().substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
      return System.getenv("LYNXEYE_" + name);
    }
    return null;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return USAGE;
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
