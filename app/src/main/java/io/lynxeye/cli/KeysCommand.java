package io.lynxeye.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lynxeye keys}: makes keys, replaces them one at a time, tells which there are. */
@Command(
    name = "keys",
    description = "Makes the two keys that callers may show, and replaces them one at a time.",
    mixinStandardHelpOptions = true,
    subcommands = {KeysGenerateCommand.class, KeysRegenerateCommand.class, KeysShowCommand.class})
final class KeysCommand implements Callable<Integer> {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return Lynxeye.USAGE;
  }
}
