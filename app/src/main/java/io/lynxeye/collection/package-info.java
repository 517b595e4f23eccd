/** Records of scored images, to monitor the quality of models. */
package io.lynxeye.collection;
