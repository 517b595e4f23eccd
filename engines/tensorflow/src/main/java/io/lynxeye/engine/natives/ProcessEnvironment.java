package io.lynxeye.engine.natives;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * The C environment of this process, which TensorFlow and CUDA read when they start. Java can only
 * read it, so this calls the C library.
 */
public final class ProcessEnvironment {

  private ProcessEnvironment() {}

  /** Sets a variable, replacing the user's value. */
  public static void set(String name, String value) {
    setenv(name, value, 1);
  }

  /** Sets a variable unless the user has set it. */
  public static void setDefault(String name, String value) {
    setenv(name, value, 0);
  }

  private static void setenv(String name, String value, int overwrite) {
    Function setenv = NativeLibrary.getInstance(Platform.C_LIBRARY_NAME).getFunction("setenv");
    if (setenv.invokeInt(new Object[] {name, value, overwrite}) != 0) {
      throw new IllegalStateException("the environment variable " + name + " could not be set");
    }
  }
}
