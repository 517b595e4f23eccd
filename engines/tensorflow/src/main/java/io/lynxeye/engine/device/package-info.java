/** The processor and the GPUs of this machine, and the device that models run on. */
package io.lynxeye.engine.device;
