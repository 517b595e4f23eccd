package io.lynxeye.engine.natives;

import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;

/** Memory that models leave behind: in the C library's heap, where weights are, and in Java's. */
public final class NativeMemory {

  private NativeMemory() {}

  /**
   * Returns what loading a model left over. The definition of its graph went through the Java heap
   * with all weights; Java would keep that memory until it needs it for something else.
   */
  public static void trimAfterLoad() {
    System.gc();
    trim();
  }

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
