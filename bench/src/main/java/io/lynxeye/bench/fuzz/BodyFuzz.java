package io.lynxeye.bench.fuzz;

import io.lynxeye.http.FuzzedBody;
import java.io.IOException;

/** Jazzer's target: whatever a body is, each protocol's parser reads or refuses it. */
public final class BodyFuzz {

  private BodyFuzz() {}

  public static void fuzzerInitialize() throws IOException {
    WarmUp.with("bodies", BodyFuzz::fuzzerTestOneInput);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    FuzzedBody body = new FuzzedBody(input);
    body.predict();
    body.infer();
    body.form();
  }
}
