package io.lynxeye.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code lynxeye bench micro}: the JMH benchmarks; what follows is JMH's. */
@Command(
    name = "micro",
    description = {
      "Runs the JMH benchmarks. What follows is JMH's: -prof gc tells allocation, -h the rest,",
      "a word picks benchmarks, as in: micro DecodeMicro -p picture=12mp -prof gc"
    })
final class MicroCommand implements Callable<Integer> {

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
    return 0;
  }
}
