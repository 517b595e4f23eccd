package io.lynxeye.quantizer;

import java.util.ArrayList;
import java.util.List;

/** Keeps the warnings of a quantisation. */
class RecordingListener implements QuantizeListener {

  private final List<String> warnings = new ArrayList<>();

  List<String> warnings() {
    return warnings;
  }

  @Override
  public void step(String what, int total) {}

  @Override
  public void advance() {}

  @Override
  public void say(String line) {}

  @Override
  public void warn(String line) {
    warnings.add(line);
  }
}
