package io.lynxeye.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;

/** The heap of the C library, where engines keep weights. */
final class NativeMemory {

  private NativeMemory() {}

  /**
   * Gives what is free in it back to the system, which glibc does by itself only at its end: after
   * a model is freed, its weights would still count as this process's memory. Does nothing where
   * the C library has no such call.
   */
  static void trim() {
    try {
      NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
          .getFunction("malloc_trim")
          .invokeInt(new Object[] {new NativeLong(0)});
    } catch (UnsatisfiedLinkError e) {
      // Not glibc: memory comes back when that library thinks fit.
    }
  }
}
