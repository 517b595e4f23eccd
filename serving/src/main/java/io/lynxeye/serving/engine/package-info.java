/** The ports that an inference engine implements. */
package io.lynxeye.serving.engine;
