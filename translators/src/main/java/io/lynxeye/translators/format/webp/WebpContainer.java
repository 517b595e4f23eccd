package io.lynxeye.translators.format.webp;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.OrientationTags;

/** Reads the chunks of a WebP file up to its end, or up to where it is cut off. */
final class WebpContainer {

  static final int CHUNK_HEADER = 8;

  private static final int FIRST_CHUNK = 12;
  private static final int FRAME_HEADER = 16;
  private static final int HAS_ALPHA = 0x10;
  private static final int HAS_EXIF = 0x08;
  private static final int HAS_XMP = 0x04;

  private final EncodedBytes bytes;

  /** From the VP8X chunk; a file without one has no canvas but its frame. */
  private boolean extended;

  private int flags;
  private int canvasWidth;
  private int canvasHeight;

  private int alpha = -1;
  private WebpFrame frame;

  /** Of HAS_EXIF and HAS_XMP, those whose chunk was read: both may state the orientation. */
  private int seen;

  private final OrientationTags orientation = new OrientationTags();

  WebpContainer(EncodedBytes bytes) {
    this.bytes = bytes;
  }

  WebpImage read() throws InvalidImageException {
    long end = CHUNK_HEADER + bytes.u32le(4);
    boolean isCut = readChunks(Math.min(end, bytes.length())) || end > bytes.length();
    boolean mayBeTurned = (flags & (HAS_EXIF | HAS_XMP) & ~seen) != 0;
    if (isCut && (frame == null || mayBeTurned)) {
      throw InvalidImageException.truncated(bytes.format());
    }
    if (frame == null) {
      throw bytes.corrupt("it holds no pixels");
    }
    if (!extended) {
      return new WebpImage(bytes, frame.width(), frame.height(), frame, orientation.value());
    }
    if ((long) frame.x() + frame.width() > canvasWidth
        || (long) frame.y() + frame.height() > canvasHeight) {
      throw bytes.corrupt(
          "its frame of %d x %d pixels is not within its canvas of %d x %d"
              .formatted(frame.width(), frame.height(), canvasWidth, canvasHeight));
    }
    return new WebpImage(bytes, canvasWidth, canvasHeight, frame, orientation.value());
  }

  /** Returns whether a chunk after the first frame is cut off: the frame can be shown without. */
  private boolean readChunks(long end) throws InvalidImageException {
    long at = FIRST_CHUNK;
    while (at + CHUNK_HEADER <= end) {
      long chunkEnd = chunkEnd(bytes, (int) at);
      if (chunkEnd > bytes.length() && frame != null) {
        return true;
      }
      bytes.require(at, chunkEnd - at);
      readChunk((int) at, (int) chunkEnd);
      at = chunkEnd + (chunkEnd - at) % 2;
    }
    return false;
  }

  /** The position after the data of a chunk, which a chunk of odd length pads by one byte. */
  static long chunkEnd(EncodedBytes bytes, int at) throws InvalidImageException {
    return at + CHUNK_HEADER + bytes.u32le(at + 4);
  }

  private void readChunk(int at, int end) throws InvalidImageException {
    int data = at + CHUNK_HEADER;
    if (bytes.hasText(at, "VP8X")) {
      extended = true;
      flags = bytes.u8(data);
      canvasWidth = 1 + u24(data + 4);
      canvasHeight = 1 + u24(data + 7);
    } else if (bytes.hasText(at, "EXIF")) {
      seen |= HAS_EXIF;
      orientation.readExif(bytes, data, end);
    } else if (bytes.hasText(at, "XMP ")) {
      seen |= HAS_XMP;
      orientation.readXmp(bytes, data, end);
    } else if (frame == null && bytes.hasText(at, "ANMF")) {
      readFrame(data, end);
    } else if (frame == null && bytes.hasText(at, "ALPH")) {
      alpha = (flags & HAS_ALPHA) == 0 ? -1 : at; // As browsers do, by the flag.
    } else if (frame == null && WebpFrame.isPixels(bytes, at)) {
      frame = WebpFrame.parse(bytes, 0, 0, alpha, at, end);
    }
  }

  /** The first frame of an animation: its position on the canvas, then chunks of its own. */
  private void readFrame(int data, int end) throws InvalidImageException {
    int alphaOfFrame = -1;
    long at = (long) data + FRAME_HEADER;
    while (frame == null && at + CHUNK_HEADER <= end) {
      long chunkEnd = chunkEnd(bytes, (int) at);
      if (chunkEnd > end) {
        throw bytes.corrupt("its first frame is longer than the part that holds it");
      }
      if (bytes.hasText((int) at, "ALPH")) {
        alphaOfFrame = (int) at;
      } else if (WebpFrame.isPixels(bytes, (int) at)) {
        frame =
            WebpFrame.parse(
                bytes, 2 * u24(data), 2 * u24(data + 3), alphaOfFrame, (int) at, (int) chunkEnd);
      }
      at = chunkEnd + (chunkEnd - at) % 2;
    }
    if (!extended) {
      throw bytes.corrupt("it is an animation without a canvas");
    }
  }

  private int u24(int at) throws InvalidImageException {
    return bytes.u8(at + 2) << 16 | bytes.u16le(at);
  }
}
