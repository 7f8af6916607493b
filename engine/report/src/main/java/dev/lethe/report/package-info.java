/** Charts and self-contained HTML reports; knows no study. */
@NullMarked
package dev.lethe.report;

import org.jspecify.annotations.NullMarked;
