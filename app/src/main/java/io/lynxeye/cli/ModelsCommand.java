package io.lynxeye.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lynxeye models}: what is in a store, or served by a server, and changes to it. */
@Command(
    name = "models",
    description = "Looks at models and changes them, in a store or on a running server.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ModelsListCommand.class,
      ModelsDescribeCommand.class,
      ModelsAddCommand.class,
      ModelsRemoveCommand.class
    })
final class ModelsCommand implements Callable<Integer> {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return Lynxeye.USAGE;
  }
}
