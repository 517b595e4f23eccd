package io.lynxeye.http;

import io.lynxeye.tensors.WantedOutput;
import java.util.List;
import java.util.Optional;

/**
 * How an {@code infer} is to be answered: no more of the request is kept while it waits.
 *
 * @param id the caller's
 * @param wanted the outputs asked for, in their order; none = all
 * @param binary of each of them, whether it is to come in binary
 * @param otherwise the same where all outputs are to come
 */
record InferReply(
    Optional<String> id, List<WantedOutput> wanted, List<Boolean> binary, boolean otherwise) {

  /** Whether an output of the answer is to come in binary, by its place. */
  boolean isBinary(int output) {
    return binary.isEmpty() ? otherwise : binary.get(output);
  }
}
