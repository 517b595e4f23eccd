package io.lynxeye.engine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * {@link Batchifier#STACK} in plain Java. It needs no tensor operation of the engine, so it works
 * with ONNX Runtime without a second engine.
 */
final class PlainBatchifier implements Batchifier {

  static final PlainBatchifier INSTANCE = new PlainBatchifier();

  private static final long serialVersionUID = 1L;

  private PlainBatchifier() {}

  @Override
  public NDList batchify(NDList[] inputs) {
    NDList batch = new NDList(inputs[0].size());
    for (int kind = 0; kind < inputs[0].size(); kind++) {
      batch.add(join(inputs, kind));
    }
    return batch;
  }

  private static NDArray join(NDList[] inputs, int kind) {
    NDArray first = inputs[0].get(kind);
    int size = Math.toIntExact(first.getShape().size() * first.getDataType().getNumOfBytes());
    ByteBuffer joined =
        ByteBuffer.allocateDirect(Math.multiplyExact(size, inputs.length))
            .order(ByteOrder.nativeOrder());
    for (NDList input : inputs) {
      NDArray item = input.get(kind);
      if (!item.getShape().equals(first.getShape()) || item.getDataType() != first.getDataType()) {
        throw new IllegalArgumentException(
            "inputs of one batch have different shapes: "
                + first.getShape()
                + " and "
                + item.getShape());
      }
      joined.put(item.toByteBuffer());
    }
    Shape shape = new Shape(inputs.length).addAll(first.getShape());
    return create(first.getManager(), joined.flip(), shape, first);
  }

  @Override
  public NDList[] unbatchify(NDList outputs) {
    if (outputs.isEmpty()) {
      return new NDList[0];
    }
    NDList[] items = new NDList[Math.toIntExact(outputs.head().getShape().get(0))];
    Arrays.setAll(items, i -> new NDList(outputs.size()));
    for (NDArray output : outputs) {
      ByteBuffer all = output.toByteBuffer();
      int size = all.remaining() / items.length;
      Shape shape = output.getShape().slice(1);
      for (int i = 0; i < items.length; i++) {
        // A separate direct buffer: engines read a view from its start, or copy it once more.
        ByteBuffer item = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        item.put(all.slice(all.position() + i * size, size)).flip();
        items[i].add(create(output.getManager(), item, shape, output));
      }
    }
    return items;
  }

  private static NDArray create(NDManager manager, ByteBuffer data, Shape shape, NDArray like) {
    DataType type = like.getDataType();
    NDArray array = manager.create(data, shape, type);
    array.setName(like.getName());
    return array;
  }
}
