package io.lynxeye.engine;

import com.google.protobuf.CodedInputStream;
import io.lynxeye.engine.adapter.ProtoFields;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.TensorProto;

/**
 * The requests in {@code assets.extra/tf_serving_warmup_requests}: a TFRecord file of TensorFlow
 * Serving's {@code PredictionLog}. Field numbers are those of its {@code .proto} files.
 *
 * @param all requests to predict, classify and regress; others are left out
 */
record WarmUpRequests(List<Request> all) {

  private static final String FILE = "assets.extra/tf_serving_warmup_requests";

  /** TensorFlow Serving has the same limit. */
  private static final int MOST = 1000;

  private static final int LENGTH_BYTES = Long.BYTES + Integer.BYTES; // With its checksum.
  private static final int CHECKSUM_BYTES = Integer.BYTES;
  private static final int LOG_CLASSIFY = 2;
  private static final int LOG_REGRESS = 3;
  private static final int LOG_PREDICT = 6;
  private static final int LOG_REQUEST = 1;
  private static final int REQUEST_MODEL = 1;
  private static final int REQUEST_INPUTS = 2;
  private static final int MODEL_SIGNATURE = 3;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int EXAMPLE_LIST = 1;
  private static final int EXAMPLES = 1;

  /** One request, with the inputs in the signature's order. */
  record Request(ModelSignature signature, List<Tensor> inputs) {}

  /**
   * Reads the file, if there is one.
   *
   * @throws ModelLoadException when it cannot be read, or does not fit the signatures
   */
  static WarmUpRequests read(Path folder, List<ModelSignature> signatures)
      throws ModelLoadException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return new WarmUpRequests(List.of());
    }
    try {
      List<Request> requests = new ArrayList<>();
      ByteBuffer records = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      while (records.remaining() > LENGTH_BYTES && requests.size() < MOST) {
        long length = records.getLong(records.position());
        if (length < 0 || length > records.remaining() - LENGTH_BYTES - CHECKSUM_BYTES) {
          throw new IOException("a record is cut off");
        }
        byte[] record = new byte[(int) length];
        records.position(records.position() + LENGTH_BYTES).get(record);
        records.position(records.position() + CHECKSUM_BYTES);
        new Reader(signatures).log(record).forEach(requests::add);
      }
      return new WarmUpRequests(requests);
    } catch (IOException e) {
      throw new ModelLoadException(
          "%s cannot be read: %s; correct it or remove it".formatted(FILE, e.getMessage()), e);
    }
  }

  /** Reads one record. */
  private static final class Reader {
    private final List<ModelSignature> signatures;
    private final Map<String, Tensor> inputs = new HashMap<>();
    private String signature = "";

    Reader(List<ModelSignature> signatures) {
      this.signatures = signatures;
    }

    /** The request of the record; none if it is of another kind. */
    List<Request> log(byte[] record) throws IOException {
      ProtoFields.read(
          CodedInputStream.newInstance(record),
          (kind, log) ->
              switch (kind) {
                case LOG_PREDICT ->
                    ProtoFields.message(log, (n, in) -> request(n, in, this::input));
                case LOG_CLASSIFY, LOG_REGRESS ->
                    ProtoFields.message(log, (n, in) -> request(n, in, this::examples));
                default -> false;
              });
      return inputs.isEmpty() ? List.of() : List.of(request());
    }

    private boolean request(int number, CodedInputStream in, ProtoFields.Field input)
        throws IOException {
      return number == LOG_REQUEST
          && ProtoFields.message(
              in,
              (field, part) ->
                  switch (field) {
                    case REQUEST_MODEL -> ProtoFields.message(part, this::model);
                    case REQUEST_INPUTS -> ProtoFields.message(part, input);
                    default -> false;
                  });
    }

    private boolean model(int number, CodedInputStream in) throws IOException {
      if (number == MODEL_SIGNATURE) {
        signature = ProtoFields.text(in);
      }
      return number == MODEL_SIGNATURE;
    }

    private String name = "";

    /** An entry of the map of inputs: the key comes first. */
    private boolean input(int number, CodedInputStream in) throws IOException {
      switch (number) {
        case KEY -> name = ProtoFields.text(in);
        case VALUE ->
            inputs.put(name, TensorFlowTensors.of(name, TensorProto.parseFrom(in.readByteArray())));
        default -> {
          return false;
        }
      }
      return true;
    }

    /** The examples of a request to classify or regress, for the signature's only input. */
    private boolean examples(int number, CodedInputStream in) throws IOException {
      if (number != EXAMPLE_LIST) {
        return false;
      }
      List<byte[]> examples = new ArrayList<>();
      ProtoFields.message(
          in,
          (field, part) -> {
            if (field == EXAMPLES) {
              examples.add(part.readByteArray());
            }
            return field == EXAMPLES;
          });
      inputs.put("", Tensor.ofStrings("", List.of((long) examples.size()), examples));
      return true;
    }

    private Request request() throws IOException {
      ModelSignature found =
          signatures.stream()
              .filter(known -> signature.isEmpty() || known.name().equals(signature))
              .findFirst()
              .orElseThrow(() -> new IOException("there is no signature '" + signature + "'"));
      List<Tensor> tensors = new ArrayList<>();
      for (TensorSpec input : found.inputs()) {
        Tensor tensor = inputs.getOrDefault(input.name(), inputs.get(""));
        if (tensor == null) {
          throw new IOException("a request has no input '" + input.name() + "'");
        }
        tensors.add(tensor.as(input.name()));
      }
      return new Request(found, tensors);
    }
  }
}
