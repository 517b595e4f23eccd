/** Models on other DJL engines (ONNX, TorchScript), and models with a translator of their own. */
package io.lynxeye.engine.djl;
