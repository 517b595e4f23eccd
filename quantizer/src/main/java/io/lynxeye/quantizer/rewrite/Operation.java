package io.lynxeye.quantizer.rewrite;

import com.google.protobuf.ByteString;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.AttrValue.ListValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Builds a node: operation, name, inputs, attributes. */
final class Operation {

  private final NodeDef.Builder node;

  private Operation(NodeDef.Builder node) {
    this.node = node;
  }

  static Operation of(String kernel, String name, List<String> inputs) {
    return new Operation(NodeDef.newBuilder().setOp(kernel).setName(name).addAllInput(inputs));
  }

  /** A copy of a node with other inputs. */
  static Operation like(NodeDef original, String name, List<String> inputs) {
    return new Operation(original.toBuilder().setName(name).clearInput().addAllInput(inputs));
  }

  private Operation with(String key, AttrValue.Builder value) {
    node.putAttr(key, value.build());
    return this;
  }

  Operation type(String key, DataType type) {
    return with(key, AttrValue.newBuilder().setType(type));
  }

  Operation text(String key, String text) {
    return with(key, AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)));
  }

  Operation flag(String key, boolean flag) {
    return with(key, AttrValue.newBuilder().setB(flag));
  }

  Operation types(String key, List<DataType> types) {
    return with(key, AttrValue.newBuilder().setList(ListValue.newBuilder().addAllType(types)));
  }

  Operation integers(String key, List<Long> integers) {
    return with(key, AttrValue.newBuilder().setList(ListValue.newBuilder().addAllI(integers)));
  }

  Operation texts(String key, List<String> texts) {
    ListValue.Builder list = ListValue.newBuilder();
    texts.forEach(text -> list.addS(ByteString.copyFromUtf8(text)));
    return with(key, AttrValue.newBuilder().setList(list));
  }

  NodeDef build() {
    return node.build();
  }
}
