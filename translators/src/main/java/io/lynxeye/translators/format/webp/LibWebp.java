package io.lynxeye.translators.format.webp;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the functions of libwebp that other C programs call, in the native library of webp-imageio.
 *
 * <p>That library's own Java classes are not used: they copy the pixels twice more and unpack to a
 * folder that other users can write to. JNA unpacks to a folder of this user ({@code jna.tmpdir}),
 * and the file is deleted as soon as it is loaded. Thread-safe.
 */
public final class LibWebp {

  private static final Logger log = LoggerFactory.getLogger(LibWebp.class);

  private static final String NAME = "webp-imageio";

  /** Lazy and local: other libraries in the process may contain another version. */
  private static final int OPEN_FLAGS = 1;

  private final Function decodeRgb;
  private final Function decodeRgba;
  private final String version;

  private LibWebp(NativeLibrary library) {
    this.decodeRgb = library.getFunction("WebPDecodeRGBInto");
    this.decodeRgba = library.getFunction("WebPDecodeRGBAInto");
    int packed = library.getFunction("WebPGetDecoderVersion").invokeInt(new Object[0]);
    this.version = (packed >> 16) + "." + (packed >> 8 & 0xff) + "." + (packed & 0xff);
  }

  /** Loaded once, when first asked for. */
  private static final class Loaded {
    static final Optional<LibWebp> LIBRARY = load();
  }

  /** Returns the library, or empty where it cannot be loaded; the log says why. */
  public static Optional<LibWebp> get() {
    return Loaded.LIBRARY;
  }

  private static Optional<LibWebp> load() {
    try {
      if (!Platform.is64Bit()) {
        throw new UnsatisfiedLinkError("this machine is not a 64-bit one");
      }
      LibWebp library = new LibWebp(open());
      log.info("WebP decoder: libwebp {}", library.version);
      return Optional.of(library);
    } catch (IOException | LinkageError e) {
      log.warn("WebP images are refused, because libwebp cannot be loaded: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static NativeLibrary open() throws IOException {
    String system = Platform.isMac() ? "Mac" : Platform.isWindows() ? "Windows" : "Linux";
    String path =
        "/native/%s/%s/%s"
            .formatted(system, Platform.ARCH.replace('-', '_'), System.mapLibraryName(NAME));
    File file = Native.extractFromResourcePath(path, LibWebp.class.getClassLoader());
    try {
      return NativeLibrary.getInstance(
          file.getPath(), Map.of(Library.OPTION_OPEN_FLAGS, OPEN_FLAGS));
    } finally {
      boolean isCopy = !file.getName().contains(NAME); // Not a file of an unpacked jar.
      if (isCopy && !file.delete()) {
        file.deleteOnExit(); // Windows keeps what is loaded.
      }
    }
  }

  /** The version of libwebp, such as 1.6.0. */
  public String version() {
    return version;
  }

  /** Receives decoded rows, from the top. */
  interface RowReceiver {

    /**
     * Takes a row; its array is used again for the next.
     *
     * @param pixels the frame's channels of each pixel, 8 bit unsigned, alpha not premultiplied
     */
    void row(int row, byte[] pixels);
  }

  /**
   * Decodes a frame.
   *
   * @param file the whole file
   * @return false when the data is damaged or incomplete; then no row was passed on
   */
  boolean decode(byte[] file, WebpFrame frame, RowReceiver rows) {
    int input = frame.end() - frame.start();
    int stride = frame.channels() * frame.width();
    long output = (long) stride * frame.height();
    long address = Native.malloc(input + output);
    if (address == 0) {
      throw new OutOfMemoryError("no native memory for a WebP image");
    }
    try {
      Pointer block = new Pointer(address);
      block.write(0, file, frame.start(), input);
      Pointer pixels = block.share(input);
      Function decode = frame.hasAlpha() ? decodeRgba : decodeRgb;
      Object[] arguments = {block, (long) input, pixels, output, stride};
      if (decode.invokePointer(arguments) == null) {
        return false;
      }
      byte[] row = new byte[stride];
      for (int y = 0; y < frame.height(); y++) {
        pixels.read((long) stride * y, row, 0, stride);
        rows.row(y, row);
      }
      return true;
    } finally {
      Native.free(address);
    }
  }
}
