package io.lynxeye.quantizer;

import io.lynxeye.quantizer.search.CurvePoint;
import java.nio.file.Path;
import java.util.List;

/**
 * What came out.
 *
 * @param folder the folder that was written
 * @param chosen the point that was chosen
 * @param curve all measured points, the fastest first
 * @param layers the number of layers that can be int8
 * @param isMet whether the wanted agreement holds
 */
public record QuantizeResult(
    Path folder, CurvePoint chosen, List<CurvePoint> curve, int layers, boolean isMet) {

  /** The chosen point, for people. */
  public String line() {
    return Quantizer.line(chosen, layers);
  }
}
