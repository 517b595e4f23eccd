/** Notes of scored pictures, for those who watch a model's quality. */
package io.lynxeye.collection;
