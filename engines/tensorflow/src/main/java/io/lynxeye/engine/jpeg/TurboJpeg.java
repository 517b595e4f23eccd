package io.lynxeye.engine.jpeg;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.lynxeye.translators.format.jpeg.JpegStream;
import io.lynxeye.translators.format.jpeg.ScaledJpegDecoder;
import io.lynxeye.translators.image.PixelRows;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Calls the libjpeg-turbo inside TensorFlow's library directly, without a graph: the function
 * behind the DecodeJpeg operation. It is C++, so its name and the layout of its arguments hold only
 * for the pinned natives: {@link JpegSelfCheck} must pass before it is used.
 *
 * <p>At full size its pixels equal the JDK's, bit for bit. An image with warnings is suspect; the
 * library also prints such warnings to the process's standard error. It detects slightly less
 * damage than the JDK's decoder: of 12,000 damaged images it accepted 19 more.
 */
final class TurboJpeg implements ScaledJpegDecoder {

  private static final String LIBRARY = "libtensorflow_cc.so.2";
  private static final String UNCOMPRESS =
      "_ZN10tensorflow4jpeg10UncompressEPKviRKNS0_15UncompressFlagsEPiS6_S6_Pl";
  private static final String DELETE_ARRAY = "_ZdaPv";

  /** Lazy and local: TensorFlow's symbols must not mix with those of another engine. */
  private static final int OPEN_FLAGS = 1;

  // All arguments passed by address are in one block: options, results, then the file.
  private static final int RATIO = 0;
  private static final int COMPONENTS = 4;
  private static final int FANCY_UPSCALING = 8;
  private static final int LEAST_FRACTION = 12;
  private static final int WIDTH = 48;
  private static final int HEIGHT = 52;
  private static final int COMPONENTS_MADE = 56;
  private static final int WARNINGS = 64;
  private static final int FILE = 72;

  private static final int RGB = 3;

  private final Function uncompress;
  private final Function deleteArray;

  /**
   * @param natives the folder of TensorFlow's libraries
   * @throws UnsatisfiedLinkError when the functions are not in them
   */
  TurboJpeg(Path natives) {
    NativeLibrary library =
        NativeLibrary.getInstance(
            natives.resolve(LIBRARY).toString(), Map.of(Library.OPTION_OPEN_FLAGS, OPEN_FLAGS));
    this.uncompress = library.getFunction(UNCOMPRESS);
    this.deleteArray = library.getFunction(DELETE_ARRAY);
  }

  @Override
  public Optional<PixelRows> decode(JpegStream jpeg, int ratio) {
    int length = jpeg.length();
    long address = Native.malloc(FILE + (long) length);
    if (address == 0) {
      return Optional.empty();
    }
    try {
      Pointer block = new Pointer(address);
      write(block, jpeg, length, ratio);
      Pointer pixels =
          uncompress.invokePointer(
              new Object[] {
                block.share(FILE),
                length,
                block,
                block.share(WIDTH),
                block.share(HEIGHT),
                block.share(COMPONENTS_MADE),
                block.share(WARNINGS)
              });
      return pixels == null ? Optional.empty() : check(block, pixels, jpeg, ratio);
    } finally {
      Native.free(address);
    }
  }

  private static void write(Pointer block, JpegStream jpeg, int length, int ratio) {
    block.clear(FILE);
    block.setInt(RATIO, ratio);
    block.setInt(COMPONENTS, RGB);
    block.setByte(FANCY_UPSCALING, (byte) 1);
    block.setFloat(LEAST_FRACTION, 1);
    block.setLong(WARNINGS, -1);
    jpeg.copyTo(block.getByteBuffer(FILE, length));
  }

  private Optional<PixelRows> check(Pointer block, Pointer pixels, JpegStream jpeg, int ratio) {
    try {
      return rows(block, pixels, jpeg, ratio);
    } catch (OutOfMemoryError e) { // Out of Java heap: the native memory must not leak.
      free(pixels);
      throw e;
    }
  }

  private Optional<PixelRows> rows(Pointer block, Pointer pixels, JpegStream jpeg, int ratio) {
    NativeRows rows = new NativeRows(pixels, block.getInt(WIDTH), block.getInt(HEIGHT), this::free);
    boolean isWhole =
        block.getLong(WARNINGS) == 0
            && block.getInt(COMPONENTS_MADE) == RGB
            && rows.width() == (jpeg.width() + ratio - 1) / ratio
            && rows.height() == (jpeg.height() + ratio - 1) / ratio;
    if (!isWhole) {
      rows.close();
      return Optional.empty();
    }
    return Optional.of(rows);
  }

  private void free(Pointer pixels) {
    deleteArray.invokeVoid(new Object[] {pixels});
  }
}
