/** TensorFlow through DJL, and the loader that chooses the engine by a model's format. */
package io.lynxeye.engine;
