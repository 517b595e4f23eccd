package io.lynxeye.engine;

import ai.djl.tensorflow.engine.SavedModelBundle;
import ai.djl.tensorflow.engine.javacpp.JavacppUtils;
import ai.djl.util.Pair;
import io.lynxeye.engine.adapter.ModelGraph;
import io.lynxeye.engine.adapter.RejectedInputException;
import io.lynxeye.engine.djl.Causes;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.exceptions.TFFailedPreconditionException;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.exceptions.TFUnimplementedException;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * A SavedModel's session. DJL's own block would run the init op at every call, and know one
 * signature only.
 */
final class TensorFlowGraph implements ModelGraph {

  /** Where the tensors of a signature are in the graph. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Ends(TF_Operation[] operations, int[] indices) {

    static Ends of(
        SavedModelBundle bundle, List<TensorSpec> specs, Map<String, TensorInfo> tensors) {
      Ends ends = new Ends(new TF_Operation[specs.size()], new int[specs.size()]);
      for (int i = 0; i < specs.size(); i++) {
        String name = tensors.get(specs.get(i).name()).getName();
        Pair<TF_Operation, Integer> end =
            JavacppUtils.getGraphOperationByName(bundle.getGraph(), name);
        ends.operations[i] = end.getKey();
        ends.indices[i] = end.getValue();
      }
      return ends;
    }
  }

  private final SavedModelBundle bundle;
  private final Map<String, Ends> inputs = new HashMap<>();
  private final Map<String, Ends> outputs = new HashMap<>();

  /** For each output that is an input unchanged, by signature, the number of that input. */
  private final Map<String, Map<String, Integer>> unchanged = new HashMap<>();

  private volatile WarmUpRequests requests;

  /**
   * @param bundle closed with this
   * @param signatures those that may be run
   */
  TensorFlowGraph(
      SavedModelBundle bundle, List<ModelSignature> signatures, WarmUpRequests requests) {
    this.bundle = bundle;
    this.requests = requests;
    for (ModelSignature signature : signatures) {
      SignatureDef definition = bundle.getMetaGraphDef().getSignatureDefMap().get(signature.name());
      inputs.put(signature.name(), Ends.of(bundle, signature.inputs(), definition.getInputsMap()));
      Map<String, Integer> same = unchanged(signature, definition);
      unchanged.put(signature.name(), same);
      List<TensorSpec> computed =
          signature.outputs().stream().filter(o -> !same.containsKey(o.name())).toList();
      outputs.put(signature.name(), Ends.of(bundle, computed, definition.getOutputsMap()));
    }
  }

  /** TensorFlow fetches no tensor that is fed. */
  private static Map<String, Integer> unchanged(ModelSignature signature, SignatureDef definition) {
    Map<String, Integer> same = new HashMap<>();
    for (TensorSpec output : signature.outputs()) {
      String tensor = definition.getOutputsOrThrow(output.name()).getName();
      for (int i = 0; i < signature.inputs().size(); i++) {
        String input = signature.inputs().get(i).name();
        if (definition.getInputsOrThrow(input).getName().equals(tensor)) {
          same.put(output.name(), i);
        }
      }
    }
    return same;
  }

  @Override
  public List<Tensor> run(ModelSignature signature, List<Tensor> tensors)
      throws RejectedInputException {
    Ends in = inputs.get(signature.name());
    Ends out = outputs.get(signature.name());
    try (PointerScope scope = new PointerScope()) {
      assert scope != null; // Frees the arguments.
      TF_Tensor[] arguments = new TF_Tensor[tensors.size()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = TensorFlowTensors.in(tensors.get(i));
      }
      TF_Tensor[] results = // TensorFlow does not run for nothing.
          out.operations.length == 0
              ? new TF_Tensor[0]
              : JavacppUtils.runSession(
                  bundle.getSession(),
                  null,
                  arguments,
                  in.operations,
                  in.indices,
                  out.operations,
                  out.indices,
                  new TF_Operation[0]);
      return copied(signature, tensors, results);
    } catch (TFInvalidArgumentException | TFOutOfRangeException e) {
      throw new RejectedInputException(reason(e), e);
    } catch (TFFailedPreconditionException | TFUnimplementedException e) {
      throw new UnsupportedOperationException(reason(e), e);
    }
  }

  /** TensorFlow's message without the list of nodes at its end. */
  private static String reason(RuntimeException e) {
    return Causes.deepest(e).replaceAll("(\\s*\\[\\[.*?]])+", "");
  }

  private List<Tensor> copied(ModelSignature signature, List<Tensor> tensors, TF_Tensor[] results) {
    Map<String, Integer> same = unchanged.get(signature.name());
    List<Tensor> copies = new ArrayList<>(signature.outputs().size());
    int computed = 0;
    try {
      for (TensorSpec output : signature.outputs()) {
        copies.add(
            same.containsKey(output.name())
                ? tensors.get(same.get(output.name())).copy().as(output.name())
                : TensorFlowTensors.out(output.name(), results[computed++]));
      }
    } finally {
      for (TF_Tensor result : results) {
        result.close();
      }
    }
    return copies;
  }

  @Override
  public int warmUp() throws RejectedInputException {
    List<WarmUpRequests.Request> all = requests.all();
    for (WarmUpRequests.Request request : all) {
      run(request.signature(), request.inputs());
    }
    requests = new WarmUpRequests(List.of()); // They may be large.
    return all.size();
  }

  @Override
  public void close() {
    bundle.close();
  }
}
