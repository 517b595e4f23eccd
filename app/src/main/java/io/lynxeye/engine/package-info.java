/**
 * DJL, TensorFlow and the engines beside it: natives, devices, load, translate, predict. The only
 * place that knows tensors.
 */
package io.lynxeye.engine;
