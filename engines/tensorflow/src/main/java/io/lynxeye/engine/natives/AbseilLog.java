package io.lynxeye.engine.natives;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.util.Map;

/**
 * The log inside TensorFlow's libraries. Since 2.18 some of its lines ignore the environment
 * variable {@code TF_CPP_MIN_LOG_LEVEL}.
 */
public final class AbseilLog {

  private static final String LIBRARY = "libtensorflow_framework.so.2";
  private static final String SET_LEVEL =
      "_ZN4absl12lts_2023080214SetMinLogLevelENS0_18LogSeverityAtLeastE";
  private static final int LAZY = 1;
  private static final int ERRORS = 2;

  private AbseilLog() {}

  /**
   * Makes the log follow that variable, which counts from 0 (everything); without it, the log has
   * errors only. Does nothing if a build has no such function.
   *
   * @param natives the folder of TensorFlow's libraries
   */
  public static void followEnvironment(Path natives) {
    String level = System.getenv().getOrDefault("TF_CPP_MIN_LOG_LEVEL", "");
    try {
      NativeLibrary.getInstance(
              natives.resolve(LIBRARY).toString(), Map.of(Library.OPTION_OPEN_FLAGS, LAZY))
          .getFunction(SET_LEVEL)
          .invokeVoid(new Object[] {level.matches("[0-3]") ? Integer.parseInt(level) : ERRORS});
    } catch (UnsatisfiedLinkError e) {
      // An older or newer build: its log is more verbose, no more.
    }
  }
}
