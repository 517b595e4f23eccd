package io.lynxeye.grpc.scoring;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.lynxeye.serving.model.InvalidInputException;
import java.io.IOException;

/**
 * Parses a message, after a check that it needs little more memory than it has bytes: two bytes can
 * describe what takes a hundred in the heap, and the parser has no limit. Images and values are not
 * copied.
 */
public final class BoundedMessage {

  private static final int MAX_FIELDS = 20_000;
  private static final int MAX_PACKED_BYTES = 1024 * 1024;

  private final CodedInputStream in;
  private final String instead;
  private int fields;
  private int packed;

  private BoundedMessage(CodedInputStream in, String instead) {
    this.in = in;
    this.instead = instead;
  }

  /**
   * Parses a message.
   *
   * @param type the message without fields
   * @param parser its parser
   * @param instead where a caller should put what are too many fields or numbers
   * @throws InvalidInputException when it is another message, or has too many fields
   */
  public static <T extends Message> T parse(
      byte[] message, T type, Parser<T> parser, String instead) throws InvalidInputException {
    Descriptor descriptor = type.getDescriptorForType();
    try {
      new BoundedMessage(open(message), instead).check(descriptor);
      return parser.parseFrom(open(message));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException(
          "the message is not a " + descriptor.getName() + "; check its .proto");
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be read", e);
    }
  }

  private static CodedInputStream open(byte[] message) {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(message).newCodedInput();
    in.enableAliasing(true);
    return in;
  }

  private void check(Descriptor type) throws IOException, InvalidInputException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      fields++;
      if (fields > MAX_FIELDS) {
        throw new InvalidInputException(
            "the message has more than %,d fields; send fewer elements, or %s"
                .formatted(MAX_FIELDS, instead));
      }
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      int form = WireFormat.getTagWireType(tag);
      if (form == WireFormat.WIRETYPE_START_GROUP) { // Its fields would not be counted.
        throw new InvalidInputException("the message has a group; check its .proto");
      }
      if (field == null || form != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        in.skipField(tag);
      } else {
        check(field);
      }
    }
  }

  /** Checks a field that begins with its length. */
  private void check(FieldDescriptor field) throws IOException, InvalidInputException {
    int length = in.readRawVarint32();
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      int outer = in.pushLimit(length);
      check(field.getMessageType());
      in.popLimit(outer);
      return;
    }
    boolean isWidened = // A number of one byte takes up to eight.
        field.isPackable()
            && field.getType() != FieldDescriptor.Type.FLOAT
            && field.getType() != FieldDescriptor.Type.DOUBLE;
    if (isWidened && length > MAX_PACKED_BYTES - packed) {
      throw new InvalidInputException(
          "the message has more than %,d bytes of packed integers, as in %s; send the values in %s"
              .formatted(MAX_PACKED_BYTES, field.getName(), instead));
    }
    packed += isWidened ? Math.max(0, length) : 0;
    in.skipRawBytes(length);
  }
}
