package io.lynxeye.http.openinference;

import io.lynxeye.serving.tensors.RequestedOutput;
import java.util.List;
import java.util.Optional;

/**
 * The form of the response that an {@code infer} request asks for.
 *
 * @param id the request's own id
 * @param outputs the requested outputs in order; empty = all
 * @param binaryByDefault whether outputs are sent in binary unless they say otherwise
 */
public record InferReply(Optional<String> id, List<InferOutput> outputs, boolean binaryByDefault) {

  public List<RequestedOutput> wanted() {
    return outputs.stream().map(InferOutput::wanted).toList();
  }

  /** Whether the output at this position of the response is sent in binary. */
  public boolean isBinary(int position) {
    return outputs.isEmpty() ? binaryByDefault : outputs.get(position).isBinary(binaryByDefault);
  }
}
