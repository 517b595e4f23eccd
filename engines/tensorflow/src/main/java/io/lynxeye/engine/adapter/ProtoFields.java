package io.lynxeye.engine.adapter;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the few fields of a protobuf message that are of interest, and skips the others. */
public final class ProtoFields {

  private ProtoFields() {}

  /** Reads a field. */
  public interface Field {

    /**
     * Reads the value at the stream's position.
     *
     * @return whether it was read; otherwise it is skipped
     */
    boolean read(int number, CodedInputStream in) throws IOException;
  }

  /** Reads every field up to the end of the stream or of the message. */
  public static void read(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.read(WireFormat.getTagFieldNumber(tag), in)) {
        in.skipField(tag);
      }
    }
  }

  /** Reads the message at the stream's position, which begins with its length; returns true. */
  public static boolean message(CodedInputStream in, Field field) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    read(in, field);
    in.popLimit(outer);
    return true;
  }

  /** Reads a string. */
  public static String text(CodedInputStream in) throws IOException {
    return new String(in.readByteArray(), StandardCharsets.UTF_8);
  }
}
