package io.lynxeye.importers.keras;

import java.nio.ByteBuffer;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/** Builds a TensorFlow graph. */
final class Graph {
  /** The graph version of TensorFlow 2.16, the release whose operators are used here. */
  static final int PRODUCER = 1766;

  private final GraphDef.Builder graph =
      GraphDef.newBuilder().setVersions(VersionDef.newBuilder().setProducer(PRODUCER));

  /** Adds the node and returns its name. */
  String add(NodeDef node) {
    graph.addNode(node);
    return node.getName();
  }

  /** Adds an operation whose result has the rank and channels of {@code like}. */
  Tensor add(Tensor like, Op op) {
    return new Tensor(add(op.build()), like.rank(), like.channels());
  }

  /** Adds little-endian float32 values and returns the node's name. */
  String constant(String name, ByteBuffer values, long... shape) {
    return add(Op.floats(name, values, shape));
  }

  void add(FunctionDef function) {
    graph.getLibraryBuilder().addFunction(function);
  }

  GraphDef build() {
    return graph.build();
  }
}
