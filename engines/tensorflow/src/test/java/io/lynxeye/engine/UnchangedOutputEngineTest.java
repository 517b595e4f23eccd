package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

/** TensorFlow fetches no tensor that is fed, and does not run for no output at all. */
@Tag("engine")
class UnchangedOutputEngineTest {

  @TempDir private Path folder;

  private static Tensor floats(String name, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return Tensor.of(name, Datatype.FP32, List.of((long) values.length), data);
  }

  private static TestGraph input() {
    return new TestGraph()
        .input("x", DataType.DT_FLOAT, -1)
        .output(TestGraph.DEFAULT, "same", "x", DataType.DT_FLOAT, -1);
  }

  private List<Tensor> run(TestGraph graph, Tensor sent) throws Exception {
    try (LoadedModel model = EngineRing.get().loader().load(graph.write(folder, Map.of()))) {
      PreparedInput sample =
          model.prepare(new ModelInput.Tensors(model.description().signature(), List.of(sent)));
      return ((ModelOutput.Tensors) model.run(List.of(sample)).get(0)).all();
    }
  }

  @Test
  void anOutputMayBeAnInputUnchanged() throws Exception {
    TestGraph graph =
        input()
            .constant("one", 1f)
            .node("AddV2", "y", DataType.DT_FLOAT, "x", "one")
            .output("y", DataType.DT_FLOAT, -1);

    assertThat(run(graph, floats("x", 1, 2)))
        .containsExactly(floats("same", 1, 2), floats("y", 2, 3));
  }

  @Test
  void itIsACopyBecauseTheMemoryOfARequestIsUsedAgain() throws Exception {
    Tensor sent = floats("x", 1, 2);

    List<Tensor> outputs = run(input(), sent);
    sent.data().putFloat(0, 9);

    assertThat(outputs).containsExactly(floats("same", 1, 2));
  }
}
