package io.lynxeye.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs a command line in this process. By default store, cache and keys are in a folder that does
 * not exist, so that no test depends on the user's home folder.
 *
 * @param exitCode the exit code that the process would have
 * @param out what was written to standard output
 * @param err what was written to standard error
 */
public record CommandRun(int exitCode, String out, String err) {

  private static final String NOWHERE = Path.of("target", "no-such-folder").toString();
  private static final String NO_CACHE = Path.of("target", "cache-of-no-one").toString();

  public static CommandRun of(String... args) {
    return with(Map.of(), args);
  }

  public static CommandRun with(Map<String, String> environment, String... args) {
    Map<String, String> variables =
        new HashMap<>(
            Map.of(
                "LYNXEYE_STORE", NOWHERE, "LYNXEYE_CACHE", NO_CACHE, "XDG_CONFIG_HOME", NOWHERE));
    variables.putAll(environment);
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      int exitCode = Lynxeye.run(variables, args);
      return new CommandRun(
          exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
    }
  }
}
