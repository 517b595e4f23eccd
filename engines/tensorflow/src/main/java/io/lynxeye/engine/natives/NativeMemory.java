package io.lynxeye.engine.natives;

import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;

/** The C library's heap, where engines keep weights. */
public final class NativeMemory {

  private NativeMemory() {}

  /**
   * Returns free memory to the system. By itself glibc returns only memory at the heap's end, so
   * that the weights of a closed model would still count as this process's memory. Does nothing
   * where the C library has no such call.
   */
  public static void trim() {
    try {
      NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
          .getFunction("malloc_trim")
          .invokeInt(new Object[] {new NativeLong(0)});
    } catch (UnsatisfiedLinkError e) {
      // Not glibc: that library returns memory by its own rules.
    }
  }
}
