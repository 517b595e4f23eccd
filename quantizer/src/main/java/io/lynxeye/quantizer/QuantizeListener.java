package io.lynxeye.quantizer;

/** Follows a quantisation, which takes minutes. Called on the thread that runs it. */
public interface QuantizeListener {

  /** A step begins, and the one before it has ended. */
  void step(String what, int total);

  /** One unit of the step is done. */
  void advance();

  /** Something to show. */
  void say(String line);

  /** Something that the operator should know. */
  void warn(String line);
}
