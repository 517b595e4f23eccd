package io.lynxeye.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code lynxeye bench micro}: the JMH benchmarks. */
@Command(
    name = "micro",
    description = {
      "Runs the JMH benchmarks.",
      "All arguments go to JMH: a name selects benchmarks, -prof gc measures allocation, -h lists"
          + " the rest. Example: micro DecodeMicro -p image=12mp -prof gc"
    })
final class MicroCommand implements Callable<Integer> {

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
    return 0;
  }
}
