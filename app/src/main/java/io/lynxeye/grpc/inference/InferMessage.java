package io.lynxeye.grpc.inference;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.serving.model.InvalidInputException;
import java.io.IOException;

/**
 * Parses a request, after a check that it needs little more memory than it has bytes: two bytes can
 * describe what takes a hundred in the heap, and the parser has no limit. Images and values are not
 * copied.
 */
final class InferMessage {

  private static final int MAX_FIELDS = 20_000;
  private static final int MAX_PACKED_BYTES = 1024 * 1024;

  private final CodedInputStream in;
  private int fields;

  private InferMessage(CodedInputStream in) {
    this.in = in;
  }

  /**
   * Parses a message.
   *
   * @throws InvalidInputException when it is not a request, or has too many fields
   */
  static ModelInferRequest parse(byte[] message) throws InvalidInputException {
    try {
      new InferMessage(open(message)).check(ModelInferRequest.getDescriptor());
      return ModelInferRequest.parseFrom(open(message));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException("the message is not a ModelInferRequest; check its .proto");
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
            "the message has more than %,d fields; send fewer elements, or raw_input_contents"
                .formatted(MAX_FIELDS));
      }
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (field == null || WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
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
    if (isWidened && length > MAX_PACKED_BYTES) {
      throw new InvalidInputException(
          "%s has %,d bytes; send the values in raw_input_contents"
              .formatted(field.getName(), length));
    }
    in.skipRawBytes(length);
  }
}
