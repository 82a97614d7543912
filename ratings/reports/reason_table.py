"""The refusals of `ratings.statistics` and of the report, as templates, each with its Vietnamese."""

REASONS: dict[str, str] = {
    # Ratings and systems
    "System '{system}' has no ratings; rated are: {systems}": (
        "Hệ thống '{system}' không có lượt chấm; các hệ thống được chấm là: {systems}"
    ),
    "System '{system}' has no ratings left to analyse": (
        "Hệ thống '{system}' không còn lượt chấm nào để phân tích"
    ),
    "No item has ratings of both '{a}' and '{b}'": "Không mục nào có lượt chấm của cả '{a}' và '{b}'",
    "'{a}' and '{b}' have the same mean stars on every item: there is nothing to rank": (
        "'{a}' và '{b}' có cùng số sao trung bình ở mọi mục: không có gì để xếp hạng"
    ),
    "{items} items have ratings of all systems: at least 2 are needed": (
        "{items} mục có lượt chấm của mọi hệ thống: cần ít nhất 2"
    ),
    "The systems tie on every item: there is nothing to rank": (
        "Các hệ thống ngang nhau ở mọi mục: không có gì để xếp hạng"
    ),
    "The criteria do not share one scale, so their stars have no mean": (
        "Các tiêu chí không cùng một thang điểm nên số sao của chúng không có trung bình"
    ),
    "'{study}' has no ratings of '{criterion}': choose another study or criterion": (
        "'{study}' không có lượt chấm nào về '{criterion}': hãy chọn nghiên cứu hoặc tiêu chí khác"
    ),
    # Means, differences and ratios
    "1 rating has no spread: at least 2 are needed for an interval": (
        "1 lượt chấm không có độ phân tán: cần ít nhất 2 để có khoảng tin cậy"
    ),
    "{values} value cannot show its own spread: at least 2 are needed": (
        "{values} giá trị không cho thấy độ phân tán: cần ít nhất 2"
    ),
    (
        "All {values} values are {value}, so their spread, and with it an interval, cannot be estimated: "
        "more raters or items are needed"
    ): (
        "Cả {values} giá trị đều là {value}, nên không ước lượng được độ phân tán và khoảng tin cậy: cần "
        "thêm người đánh giá hoặc mục"
    ),
    "{x} and {y} values: each sample needs at least 2": "{x} và {y} giá trị: mỗi mẫu cần ít nhất 2",
    (
        "{ratings} ratings of '{a}' and '{b}' cannot show how raters and items vary: more raters for the "
        "same items, or more items for the same raters are needed"
    ): (
        "{ratings} lượt chấm của '{a}' và '{b}' không cho thấy người đánh giá và mục biến thiên ra sao: cần "
        "thêm người cho cùng các mục, hoặc thêm mục cho cùng những người ấy"
    ),
    "{ratings} ratings cannot show how raters and items vary: choose a study in which raters share items": (
        "{ratings} lượt chấm không cho thấy người đánh giá và mục biến thiên ra sao: hãy chọn nghiên cứu mà "
        "người đánh giá có mục chung"
    ),
    "All ratings lie exactly on the fit, so their spread cannot be estimated": (
        "Mọi lượt chấm nằm đúng trên mô hình khớp, nên không ước lượng được độ phân tán"
    ),
    (
        "The spread between levels of '{name}' cannot be estimated: it needs at least 2 levels, one of them "
        "rated twice, and no other group that splits the ratings alike"
    ): (
        "Không ước lượng được độ phân tán giữa các mức của '{name}': cần ít nhất 2 mức, một mức được chấm "
        "hai lần, và không có nhóm nào khác chia các lượt chấm giống hệt"
    ),
    "Too few ratings for a two-way bootstrap: many resamples of raters and items hold none at all": (
        "Quá ít lượt chấm cho bootstrap hai chiều: nhiều lần lấy mẫu lại người và mục không có lượt nào"
    ),
    "The mean of the system in the denominator is zero, so there is no ratio": (
        "Trung bình của hệ thống ở mẫu số bằng không, nên không có tỉ số"
    ),
    "Too few ratings of '{a}' or '{b}', or a mean of '{b_again}' near zero, for a ratio": (
        "Quá ít lượt chấm của '{a}' hoặc '{b}', hay trung bình của '{b_again}' gần bằng không, nên không có "
        "tỉ số"
    ),
    (
        "The ratio has no bounded interval: the mean of the system in the denominator is not clearly above "
        "zero"
    ): (
        "Tỉ số không có khoảng tin cậy hữu hạn: trung bình của hệ thống ở mẫu số không rõ ràng lớn hơn không"
    ),
    "All ratings are equal: an ordinal model needs at least two different scores": (
        "Mọi lượt chấm bằng nhau: mô hình thứ bậc cần ít nhất hai mức điểm khác nhau"
    ),
    (
        "{effects} random intercepts are too many for the cumulative link mixed model; the linear mixed "
        "model and the rank tests remain"
    ): (
        "{effects} hệ số chặn ngẫu nhiên là quá nhiều cho mô hình hỗn hợp liên kết tích lũy; còn lại mô hình "
        "hỗn hợp tuyến tính và các kiểm định hạng"
    ),
    "The scores of the systems overlap too little: an effect or a threshold has no finite estimate": (
        "Điểm của các hệ thống trùng nhau quá ít: một hiệu ứng hoặc một mốc không có ước lượng hữu hạn"
    ),
    # Agreement
    "No output was rated by two raters, so agreement cannot be seen": (
        "Không đầu ra nào được hai người chấm, nên không thấy được độ đồng thuận"
    ),
    (
        "All ratings that can be compared are {score}: without variation, agreement beyond chance is not "
        "defined"
    ): (
        "Mọi lượt chấm so sánh được đều là {score}: không có biến thiên thì độ đồng thuận vượt mức ngẫu "
        "nhiên không xác định"
    ),
    "All ratings that can be compared are equal: alpha is not defined": (
        "Mọi lượt chấm so sánh được đều bằng nhau: alpha không xác định"
    ),
    (
        "The ratings vary too little: in {few} of {resamples} resamples of {over} all were equal or none "
        "could be compared"
    ): (
        "Các lượt chấm biến thiên quá ít: trong {few} trên {resamples} lần lấy mẫu lại theo {over}, tất cả "
        "bằng nhau hoặc không so sánh được"
    ),
    (
        "Agreement is counted on scales of at most {most} different scores, and these ratings have {scores}: "
        "round them or put them into classes first"
    ): (
        "Độ đồng thuận được tính trên thang có nhiều nhất {most} mức điểm khác nhau, còn các lượt chấm này "
        "có {scores}: hãy làm tròn hoặc chia lớp trước"
    ),
    "1 item shows nothing about new items: at least 2 with two ratings are needed": (
        "1 mục không cho biết gì về mục mới: cần ít nhất 2 mục có hai lượt chấm"
    ),
    "{raters} raters show nothing about new raters: at least 3 are needed": (
        "{raters} người đánh giá không cho biết gì về người mới: cần ít nhất 3"
    ),
    "All ratings are equal: state the scale, on which chance agreement depends, to estimate AC": (
        "Mọi lượt chấm bằng nhau: hãy cho biết thang điểm, vì đồng thuận ngẫu nhiên phụ thuộc vào nó, để ước "
        "lượng AC"
    ),
    "Agreement needs at least 2 outputs, and one of them rated by two raters": (
        "Độ đồng thuận cần ít nhất 2 đầu ra, trong đó một đầu ra được hai người chấm"
    ),
    "{outputs} outputs and {raters} raters have no intraclass correlation: at least 2 of each are needed": (
        "{outputs} đầu ra và {raters} người đánh giá không có tương quan nội lớp: cần ít nhất 2 mỗi loại"
    ),
    "All ratings are {score}: there is no variance to divide": (
        "Mọi lượt chấm đều là {score}: không có phương sai để phân chia"
    ),
    (
        "The outputs' mean ratings differ less than raters who rate at random would make them, so the "
        "intraclass correlation is not defined"
    ): (
        "Điểm trung bình của các đầu ra khác nhau ít hơn cả khi người đánh giá chấm ngẫu nhiên, nên hệ số "
        "tương quan nội lớp không xác định"
    ),
    (
        "The raters order the outputs in exactly the same distances, so the interval of the intraclass "
        "correlation is not defined"
    ): (
        "Những người đánh giá xếp các đầu ra với khoảng cách y hệt nhau, nên khoảng tin cậy của hệ số tương "
        "quan nội lớp không xác định"
    ),
    "{raters} raters: leaving one out needs at least 3, so that a pair remains": (
        "{raters} người đánh giá: bỏ bớt một người cần ít nhất 3 để còn lại một cặp"
    ),
    "No output was shown twice to the same rater: plan repeats to see self-consistency": (
        "Không đầu ra nào được hiện hai lần cho cùng một người: hãy lên kế hoạch lặp lại để thấy sự nhất quán"
    ),
    # Trials
    "There are no trials yet: collect at least one judgement": (
        "Chưa có lượt thử nào: hãy thu thập ít nhất một câu trả lời"
    ),
    (
        "With {count} of them, nothing can be said about new {units}: at least 2 are needed (the exact "
        "interval over trials still holds for these)"
    ): (
        "Với {count} {units}, không thể nói gì về {units} mới: cần ít nhất 2 (khoảng chính xác theo lượt thử "
        "vẫn đúng cho chính số này)"
    ),
    (
        "All {trials} trials were correct, so d′ has no upper bound; it is at least {least} ({confidence} "
        "interval)"
    ): (
        "Cả {trials} lượt thử đều đúng, nên d′ không có cận trên; nó ít nhất là {least} (khoảng {confidence})"
    ),
    "d′ has no upper bound when every trial is correct: report its lower bound": (
        "d′ không có cận trên khi mọi lượt thử đều đúng: hãy báo cáo cận dưới"
    ),
    "No trial showed texts that differ, so nothing could be told apart: p_d is 0 by construction": (
        "Không lượt thử nào hiện các văn bản khác nhau, nên không có gì để phân biệt: p_d bằng 0 theo cách "
        "xây dựng"
    ),
    "No trial showed outputs that differ, so nothing could be told apart: p_d is 0 by construction": (
        "Không lượt thử nào hiện các đầu ra khác nhau, nên không có gì để phân biệt: p_d bằng 0 theo cách "
        "xây dựng"
    ),
    "The order of the trials is unknown, so the halves cannot be compared": (
        "Không biết thứ tự các lượt thử, nên không so sánh được hai nửa"
    ),
    "No rater has two trials, so there are no halves to compare": (
        "Không ai có hai lượt thử, nên không có hai nửa để so sánh"
    ),
    "Only {raters} rater judged any trial: differences between raters need at least 2 raters": (
        "Chỉ {raters} người có lượt thử: khác biệt giữa người đánh giá cần ít nhất 2 người"
    ),
    "No rater judged two trials, so differences between raters cannot be seen": (
        "Không ai có hai lượt thử, nên không thấy được khác biệt giữa người đánh giá"
    ),
    "The Bayes factor is 10^{exponent}, too large to state as a number": (
        "Thừa số Bayes là 10^{exponent}, quá lớn để ghi thành số"
    ),
    (
        "{correct} of {trials} correct lies so far below chance {chance} that the prior above chance has no "
        "weight there; use prior='uniform'"
    ): (
        "{correct} trên {trials} lượt đúng nằm quá xa dưới mức ngẫu nhiên {chance} nên tiên nghiệm trên mức "
        "ngẫu nhiên không có trọng số ở đó; hãy dùng prior='uniform'"
    ),
    "Every answer is a tie, so there is no sign to test": (
        "Mọi câu trả lời đều ngang nhau, nên không có dấu để kiểm định"
    ),
    "{pairs} pairs of texts differ: a classifier of style needs at least {fewest}": (
        "{pairs} cặp văn bản khác nhau: bộ phân loại văn phong cần ít nhất {fewest}"
    ),
    "No {kind} part of this study sets '{a}' against '{b}'": (
        "Không phần {kind} nào của nghiên cứu này đặt '{a}' đối với '{b}'"
    ),
    (
        "{count} raters were right and wrong at least once: at least 2 are needed to see whether they are "
        "surer when right"
    ): (
        "{count} người vừa có lúc đúng vừa có lúc sai: cần ít nhất 2 người để thấy họ có chắc chắn hơn khi "
        "đúng không"
    ),
    "All raters are surer by the same, so that how they vary cannot be seen": (
        "Mọi người chắc chắn hơn một mức như nhau, nên không thấy họ khác nhau ra sao"
    ),
    # Metrics, labels and costs
    "{examples} example is too few to resample: {metric} needs at least 2": (
        "{examples} ví dụ là quá ít để lấy mẫu lại: {metric} cần ít nhất 2"
    ),
    "No rated item has an output of every system": "Không mục được chấm nào có đầu ra của mọi hệ thống",
    "No rated output has a score by this metric": "Không đầu ra được chấm nào có điểm theo độ đo này",
    "No rated output has a score by both metrics": "Không đầu ra được chấm nào có điểm theo cả hai độ đo",
    "The dataset has no gold labels, so outputs are neither right nor wrong": (
        "Bộ dữ liệu không có nhãn chuẩn, nên đầu ra không đúng cũng không sai"
    ),
    "The dataset has an example without a reference, so outputs cannot be compared with references": (
        "Bộ dữ liệu có ví dụ không có câu tham chiếu, nên không so sánh được đầu ra với câu tham chiếu"
    ),
    "The dataset's examples have no slots to count errors in": (
        "Các ví dụ của bộ dữ liệu không có ô thông tin để đếm lỗi"
    ),
    "METEOR was not stored for each system's run: have the runs scored where Java is": (
        "METEOR chưa được lưu cho lượt chạy của từng hệ thống: hãy cho chấm điểm các lượt chạy ở nơi có Java"
    ),
    "not computed: the corpus has an example without a reference": (
        "không tính: ngữ liệu có ví dụ không có câu tham chiếu"
    ),
    "not computed: needs Java": "không tính: cần có Java",
    "not computed: needs METEOR's program (pip install pycocoevalcap)": (
        "không tính: cần chương trình METEOR (pip install pycocoevalcap)"
    ),
    "not computed: {why}": "không tính: {why}",
    "No example has a label yet, so there is no accuracy": (
        "Chưa ví dụ nào có nhãn, nên không có độ chính xác"
    ),
    "The second system is right on none of {examples} examples, so there is no ratio to it": (
        "Hệ thống thứ hai không đúng ở ví dụ nào trong {examples} ví dụ, nên không có tỉ số so với nó"
    ),
    "No example was labelled by both systems, so they cannot be compared": (
        "Không ví dụ nào được cả hai hệ thống gán nhãn, nên không so sánh được"
    ),
    "The {cost} of '{system}' were not recorded": "Không có ghi chép về {cost} của '{system}'",
    "'{system}' took none, so there is no ratio to it": (
        "'{system}' không tốn gì, nên không có tỉ số so với nó"
    ),
    "The runs answered other examples, and this metric weighs words by the whole corpus": (
        "Hai lượt chạy trả lời các ví dụ khác nhau, mà độ đo này đặt trọng số cho từ theo toàn bộ ngữ liệu"
    ),
    "The runs were scored with other settings, as their signatures say: have them scored again": (
        "Hai lượt chạy được chấm điểm với thiết lập khác nhau, theo chữ ký của chúng: hãy cho chấm điểm lại"
    ),
    # Metrics against people
    "One of the two scores is the same for every {level}, so no correlation is defined": (
        "Một trong hai điểm giống nhau ở mọi {level}, nên tương quan không xác định"
    ),
    "Williams' test needs at least 4 outputs with all three scores, not {outputs}": (
        "Kiểm định Williams cần ít nhất 4 đầu ra có đủ ba điểm, không phải {outputs}"
    ),
    "The two metrics rise and fall as one on these outputs, so neither can follow people better": (
        "Hai độ đo tăng giảm như một trên các đầu ra này, nên không độ đo nào theo sát con người hơn"
    ),
    "{name} by {level} needs at least {fewest} {units}s with both scores, not {entries}": (
        "{name} theo {level} cần ít nhất {fewest} {level} có cả hai điểm, không phải {entries}"
    ),
    "Many resamples of these items show no variation: the correlation rests on too few outputs": (
        "Nhiều lần lấy mẫu lại các mục này không có biến thiên: tương quan dựa trên quá ít đầu ra"
    ),
    # Leaks
    (
        "{tokens} tokens of {systems} systems cannot show whether they go together: at least {fewest} tokens "
        "of 2 systems are needed"
    ): (
        "{tokens} mã định danh của {systems} hệ thống không cho thấy chúng có đi cùng nhau không: cần ít "
        "nhất {fewest} mã của 2 hệ thống"
    ),
    "{systems} systems at {positions} positions cannot show whether they go together": (
        "{systems} hệ thống ở {positions} vị trí không cho thấy chúng có đi cùng nhau không"
    ),
    "Response times of two systems are needed, two or more each": (
        "Cần thời gian trả lời của hai hệ thống, mỗi hệ thống từ hai trở lên"
    ),
    # How many more are needed
    "The difference has no interval to plan from": "Chênh lệch không có khoảng tin cậy để lên kế hoạch",
    "The difference lies so near the margin that {times} times the ratings would not decide": (
        "Chênh lệch nằm quá gần biên nên gấp {times} lần số lượt chấm cũng không đủ để kết luận"
    ),
    (
        "No number of trials supports {claim} at margin {margin} when p_d is {discriminators}: it does not "
        "lie on the claim's side"
    ): (
        "Không số lượt thử nào ủng hộ {claim} ở biên {margin} khi p_d là {discriminators}: nó không nằm ở "
        "phía của khẳng định"
    ),
    "More than {most} trials would be needed {purpose}: the estimate lies too near the margin": (
        "Cần hơn {most} lượt thử: ước lượng nằm quá gần biên"
    ),
    "More than {most} units would be needed: the estimate lies near the margin": (
        "Cần hơn {most} đơn vị: ước lượng nằm gần biên"
    ),
    "More than {most} units would be needed for a power of {power}": (
        "Cần hơn {most} đơn vị để có lực kiểm định {power}"
    ),
    "Even a size of {high} has less than {power} power": (
        "Ngay cả kích cỡ {high} cũng có lực kiểm định dưới {power}"
    ),
    "{units} units with a standard error of {error} do not tell how many more are needed": (
        "{units} đơn vị với sai số chuẩn {error} không cho biết cần thêm bao nhiêu"
    ),
    "The estimate lies on the margin: no number of further units would decide": (
        "Ước lượng nằm đúng trên biên: không số lượng thêm nào đủ để kết luận"
    ),
    (
        "No size supports a claim that is expected to be false: the expected value lies on the margin or "
        "beyond it; expect less, or claim less"
    ): (
        "Không kích cỡ nào ủng hộ một khẳng định được dự kiến là sai: giá trị kỳ vọng nằm trên biên hoặc "
        "vượt quá; hãy kỳ vọng ít hơn, hoặc khẳng định ít hơn"
    ),
}
WORDS = {
    "items": "mục",
    "raters": "người đánh giá",
    "items and raters": "mục và người đánh giá",
    "output": "đầu ra",
    "system": "hệ thống",
    "bytes": "dung lượng lưu trữ",
    "training seconds": "thời gian huấn luyện",
    "trainable parameters": "số tham số huấn luyện",
    "similarity": "sự tương tự",
    "difference": "khác biệt",
}
