#ifndef CODESIGN_WINDOW_H_
#define CODESIGN_WINDOW_H_

#include "ap_fixed.h"
#include "hls_stream.h"
#include "nnet_common.h"
#include "nnet_conv_stream.h"
#include "nnet_dense.h"
#include "nnet_types.h"

// Layers that make each output pixel of one window of the image: convolutions and pooling, in one
// dimension an image of height 1. CONFIG_T::kernel computes a pixel: hls4ml's dense kernels for
// convolutions, those of codesign_window_kernels.h for the rest.

namespace nnet {

// What lies around the image: 0, or the smallest number of the type, which no maximum takes.
template <class data_T, typename CONFIG_T> data_T around() {
    #pragma HLS INLINE
    data_T value = 0;
    if (CONFIG_T::pad_smallest)
        value[data_T::width - 1] = 1;
    return value;
}

// The window of one output pixel, all indices constant after unrolling.
template <class data_T, typename CONFIG_T>
void gather_window(data_T data[CONFIG_T::data_height * CONFIG_T::data_width * CONFIG_T::n_chan],
                   data_T window[CONFIG_T::n_in], const int pixel) {
    #pragma HLS INLINE
    const int out_width = CONFIG_T::out_width, chan = CONFIG_T::n_chan;
    const int height = CONFIG_T::data_height, width = CONFIG_T::data_width;
    const int filt_height = CONFIG_T::filt_height, filt_width = CONFIG_T::filt_width;
    const int first_row = pixel / out_width * int(CONFIG_T::stride_height) - int(CONFIG_T::pad_top);
    const int first_column = pixel % out_width * int(CONFIG_T::stride_width) - int(CONFIG_T::pad_left);
    for (int i = 0; i < filt_height; i++) {
        #pragma HLS UNROLL
        for (int j = 0; j < filt_width; j++) {
            #pragma HLS UNROLL
            const int row = first_row + i, column = first_column + j;
            const bool inside = row >= 0 && row < height && column >= 0 && column < width;
            for (int c = 0; c < chan; c++) {
                #pragma HLS UNROLL
                window[(i * filt_width + j) * chan + c] =
                    inside ? data[(row * width + column) * chan + c] : around<data_T, CONFIG_T>();
            }
        }
    }
}

// The same for a pixel that is no constant: a multiplexer of windows, not of all elements.
template <class data_T, typename CONFIG_T>
void select_window(data_T data[CONFIG_T::data_height * CONFIG_T::data_width * CONFIG_T::n_chan],
                   data_T window[CONFIG_T::n_in], const unsigned pixel) {
    #pragma HLS INLINE
#ifdef __SYNTHESIS__
    for (unsigned i = 0; i < CONFIG_T::n_pixels; i++) {
        #pragma HLS UNROLL
        if (i == pixel)
            gather_window<data_T, CONFIG_T>(data, window, i);
    }
#else
    gather_window<data_T, CONFIG_T>(data, window, pixel);
#endif
}

template <class data_T, class res_T, typename CONFIG_T>
void window_pixel(data_T window[CONFIG_T::n_in], res_T res[CONFIG_T::n_pixels * CONFIG_T::n_out],
                  typename CONFIG_T::weight_t weights[CONFIG_T::n_weights],
                  typename CONFIG_T::bias_t biases[CONFIG_T::n_out], const unsigned pixel) {
    #pragma HLS INLINE
    res_T made[CONFIG_T::n_out];
    #pragma HLS ARRAY_PARTITION variable=made complete
    CONFIG_T::template kernel<data_T, res_T, CONFIG_T>::dense(window, made, weights, biases);
    for (unsigned f = 0; f < CONFIG_T::n_out; f++) {
        #pragma HLS UNROLL
        res[pixel * CONFIG_T::n_out + f] = made[f];
    }
}

// io_parallel. Strategy latency: all pixels at once; strategy resource: one after the other.
template <class data_T, class res_T, typename CONFIG_T>
void window_layer(data_T data[CONFIG_T::data_height * CONFIG_T::data_width * CONFIG_T::n_chan],
                  res_T res[CONFIG_T::n_pixels * CONFIG_T::n_out],
                  typename CONFIG_T::weight_t weights[CONFIG_T::n_weights],
                  typename CONFIG_T::bias_t biases[CONFIG_T::n_out]) {
    if (CONFIG_T::strategy == nnet::latency) {
        #pragma HLS PIPELINE II=CONFIG_T::reuse_factor
    Pixels:
        for (unsigned i = 0; i < CONFIG_T::n_pixels; i++) {
            #pragma HLS UNROLL
            data_T window[CONFIG_T::n_in];
            #pragma HLS ARRAY_PARTITION variable=window complete
            gather_window<data_T, CONFIG_T>(data, window, i);
            window_pixel<data_T, res_T, CONFIG_T>(window, res, weights, biases, i);
        }
    } else {
    PixelsInTurn:
        for (unsigned i = 0; i < CONFIG_T::n_pixels; i++) {
            data_T window[CONFIG_T::n_in];
            #pragma HLS ARRAY_PARTITION variable=window complete
            select_window<data_T, CONFIG_T>(data, window, i);
            window_pixel<data_T, res_T, CONFIG_T>(window, res, weights, biases, i);
        }
    }
}

// One pixel of the padded image enters; where a window is complete an output pixel leaves.
template <class data_T, class res_T, typename CONFIG_T>
void window_step(hls::stream<data_T> &data, hls::stream<res_T> &res,
                 typename CONFIG_T::weight_t weights[CONFIG_T::n_weights],
                 typename CONFIG_T::bias_t biases[CONFIG_T::n_out], const int row, const int column) {
    #pragma HLS INLINE
    typedef typename data_T::value_type in_T;
    typedef typename res_T::value_type out_T;
    static ap_shift_reg<in_T, CONFIG_T::in_width> lines[MAX(CONFIG_T::filt_height - 1, 1)][CONFIG_T::n_chan];
    #pragma HLS ARRAY_PARTITION variable=lines complete dim=2
    static in_T window[CONFIG_T::n_in];
    #pragma HLS ARRAY_PARTITION variable=window complete
    // Pixels to wait for until the next window is complete.
    static unsigned rows_left = CONFIG_T::filt_height - 1;
    static unsigned columns_left = CONFIG_T::filt_width - 1;

    const int top = CONFIG_T::pad_top, left = CONFIG_T::pad_left;
    const int height = CONFIG_T::data_height, width = CONFIG_T::data_width;
    data_T in_pack;
    if (row >= top && row < top + height && column >= left && column < left + width) {
        in_pack = data.read();
    } else {
        for (unsigned c = 0; c < CONFIG_T::n_chan; c++) {
            #pragma HLS UNROLL
            in_pack[c] = around<in_T, CONFIG_T>();
        }
    }
    shift_line_buffer<data_T, CONFIG_T>(in_pack, lines, window);

    const bool complete = rows_left == 0 && columns_left == 0;
    if (complete) {
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
        out_T made[CONFIG_T::n_out];
        #pragma HLS ARRAY_PARTITION variable=made complete
        CONFIG_T::template kernel<in_T, out_T, CONFIG_T>::dense(window, made, weights, biases);
        for (unsigned f = 0; f < CONFIG_T::n_out; f++) {
            #pragma HLS UNROLL
            out_pack[f] = made[f];
        }
        res.write(out_pack);
    }

    const bool last_column = column == int(CONFIG_T::in_width) - 1;
    const bool last_row = row == int(CONFIG_T::in_height) - 1;
    if (last_column) {
        columns_left = CONFIG_T::filt_width - 1;
        if (last_row)
            rows_left = CONFIG_T::filt_height - 1;
        else
            rows_left = rows_left == 0 ? CONFIG_T::stride_height - 1 : rows_left - 1;
    } else {
        columns_left = columns_left == 0 ? CONFIG_T::stride_width - 1 : columns_left - 1;
    }
}

// io_stream: a line buffer of filt_height - 1 rows, a pixel of the padded image a step.
template <class data_T, class res_T, typename CONFIG_T>
void window_layer(hls::stream<data_T> &data, hls::stream<res_T> &res,
                  typename CONFIG_T::weight_t weights[CONFIG_T::n_weights],
                  typename CONFIG_T::bias_t biases[CONFIG_T::n_out]) {
    if (CONFIG_T::strategy == nnet::latency) {
    Rows:
        for (unsigned i = 0; i < CONFIG_T::in_height; i++) {
        Columns:
            for (unsigned j = 0; j < CONFIG_T::in_width; j++) {
                #pragma HLS LOOP_FLATTEN
                #pragma HLS PIPELINE II=CONFIG_T::reuse_factor
                window_step<data_T, res_T, CONFIG_T>(data, res, weights, biases, i, j);
            }
        }
    } else {
    RowsInTurn:
        for (unsigned i = 0; i < CONFIG_T::in_height; i++) {
        ColumnsInTurn:
            for (unsigned j = 0; j < CONFIG_T::in_width; j++) {
                window_step<data_T, res_T, CONFIG_T>(data, res, weights, biases, i, j);
            }
        }
    }
}

// Pooling: windows without weights.
template <class data_T, class res_T, typename CONFIG_T>
void pool_layer(data_T data[CONFIG_T::data_height * CONFIG_T::data_width * CONFIG_T::n_chan],
                res_T res[CONFIG_T::n_pixels * CONFIG_T::n_out]) {
    #pragma HLS INLINE
    typename CONFIG_T::weight_t none[1] = {0};
    window_layer<data_T, res_T, CONFIG_T>(data, res, none, none);
}

template <class data_T, class res_T, typename CONFIG_T>
void pool_layer(hls::stream<data_T> &data, hls::stream<res_T> &res) {
    #pragma HLS INLINE
    typename CONFIG_T::weight_t none[1] = {0};
    window_layer<data_T, res_T, CONFIG_T>(data, res, none, none);
}

} // namespace nnet

#endif
